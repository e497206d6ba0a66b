import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ServiceAlarm, type ServiceAlarmProps, sumOf5Minutes } from './constructs/service-alarm.ts';
import { type ServiceFunction, serviceName } from './constructs/service-function.ts';
import type { FunctionName } from './environments.ts';
import { functionNames } from './permissions.ts';

export type AlarmsProps = {
  api: HttpApi;
  functions: Record<FunctionName, ServiceFunction>;
  email: string | undefined;
};

/** Every alarm. Each id is the title of a page in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { api, functions, email }: AlarmsProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // `enforceSSL` replaces the topic's default policy, which let CloudWatch publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (email) topic.addSubscription(new EmailSubscription(email));
    const action = new SnsAction(topic);
    const counted = (by: FunctionName, metricName: string, period: Duration) =>
      new Metric({
        namespace: 'OmakaseLinear',
        metricName,
        dimensionsMap: { service: serviceName(scope, by) },
        statistic: 'Sum',
        period,
      });
    const alarms: Record<string, Omit<ServiceAlarmProps, 'action'>> = {
      ApiServerErrors: {
        impact:
          'Callers get 5xx: reports and claims fail, or Linear’s deliveries are refused and retried later.',
        metric: api.metricServerError(sumOf5Minutes),
        atLeast: 5,
      },
      TickNotRunning: {
        impact:
          'No due work is done: outcomes do not reach Linear, lost deliveries are not found, tokens expire.',
        metric: functions.PollerTick.metricInvocations(sumOf5Minutes),
        below: 1,
      },
      TickErrors: {
        impact: 'Due work is late: outcomes reach Linear minutes after they were reported.',
        metric: functions.PollerTick.metricErrors(sumOf5Minutes),
        periods: 2,
      },
      WorkErrors: {
        impact: 'Outcomes wait for the schedule: Linear shows them after a minute or two instead of seconds.',
        metric: functions.PollerWork.metricErrors(sumOf5Minutes),
        periods: 2,
      },
      SyncErrors: {
        impact: 'Projects are mirrored late or not at all; new issues in them do not become features.',
        metric: functions.Sync.metricErrors(sumOf5Minutes),
        periods: 2,
      },
      PlanningTickNotRunning: {
        impact: 'No page is read: plans show what their pages said before, and new sessions stay pending.',
        metric: functions.PlanningTick.metricInvocations(sumOf5Minutes),
        below: 1,
      },
      PlanningTickErrors: {
        impact: 'Pages are read late: only those that somebody asks for are read in time.',
        metric: functions.PlanningTick.metricErrors(sumOf5Minutes),
        periods: 2,
      },
      PlanningErrors: {
        impact: 'Some pages are not read: their plans show what the pages said before.',
        metric: functions.Planning.metricErrors(sumOf5Minutes),
        periods: 2,
      },
      FunctionsThrottled: {
        impact: 'The account is out of concurrency: requests and deliveries are refused, due work is late.',
        metric: sum(Object.values(functions).map((each) => each.metricThrottles(sumOf5Minutes))),
      },
      UnreadableDeliveries: {
        impact: 'Linear sends what we cannot read: those changes arrive minutes late, or not at all.',
        metric: sum([
          counted('Webhook', 'WebhookUnreadable', Duration.minutes(5)),
          ...(['PollerTick', 'PollerWork', 'Sync', 'Api', 'Oauth'] as const).map((by) =>
            counted(by, 'LinearUnreadable', Duration.minutes(5)),
          ),
        ]),
      },
      UnreadableRows: {
        impact: 'A stored row does not match its schema: what it describes is not processed. Other rows are.',
        metric: sum(functionNames.map((by) => counted(by, 'RowUnreadable', Duration.minutes(5)))),
      },
      MissedDeliveries: {
        impact:
          'Webhooks do not reach us: changes in Linear arrive minutes late, when reconciling finds them.',
        metric: sum(
          (['PollerTick', 'PollerWork'] as const).map((by) =>
            counted(by, 'MissedDeliveries', Duration.minutes(15)),
          ),
        ),
        atLeast: 5,
      },
      AnnouncementsFailed: {
        impact:
          'Ready features of workspaces with push dispatch are announced late: agents do not begin on them.',
        metric: sum(
          (['PollerTick', 'PollerWork'] as const).map((by) =>
            counted(by, 'AnnouncementsFailed', Duration.minutes(5)),
          ),
        ),
        periods: 2,
      },
      ReconnectNeeded: {
        impact:
          'A workspace is no longer connected: its team sees no progress until its owner connects it again.',
        metric: sum(
          (['PollerTick', 'PollerWork', 'Sync', 'Api'] as const).map((by) =>
            counted(by, 'NeedsReauth', Duration.minutes(5)),
          ),
        ),
      },
      SiteReconnectNeeded: {
        impact:
          'Confluence refuses the site of a workspace: its plans are not read until its owner connects the site again.',
        metric: sum(
          (['Planning', 'Api'] as const).map((by) => counted(by, 'SiteRefused', Duration.minutes(5))),
        ),
      },
    };
    for (const [name, props] of Object.entries(alarms)) new ServiceAlarm(this, name, { ...props, action });
  }
}

const sum = (metrics: Metric[]) =>
  new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period: Duration.seconds(metrics[0]?.period.toSeconds() ?? 300),
  });
