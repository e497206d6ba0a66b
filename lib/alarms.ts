import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { FunctionName } from './access.ts';
import { ServiceAlarm, type ServiceAlarmProps, sumOf5Minutes } from './constructs/service-alarm.ts';
import type { ServiceFunction } from './constructs/service-function.ts';

export type AlarmsProps = {
  api: HttpApi;
  functions: Record<FunctionName, ServiceFunction>;
  email: string | undefined;
};

/** Everything that rings. Each id is the title of a page in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { api, functions, email }: AlarmsProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    if (email) topic.addSubscription(new EmailSubscription(email));
    const action = new SnsAction(topic);
    const alarms: Record<string, Omit<ServiceAlarmProps, 'action'>> = {
      ApiServerErrors: {
        impact:
          'Callers get 5xx: reports and claims fail, or Linear’s deliveries are refused and retried later.',
        metric: api.metricServerError(sumOf5Minutes),
        atLeast: 5,
      },
      TickNotRunning: {
        impact:
          'Nothing due is done: outcomes do not reach Linear, lost deliveries are not found, tokens expire.',
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
      FunctionsThrottled: {
        impact: 'The account is out of concurrency: requests and deliveries are refused, due work is late.',
        metric: sum(functions, (fn) => fn.metricThrottles(sumOf5Minutes)),
      },
    };
    for (const [name, props] of Object.entries(alarms)) new ServiceAlarm(this, name, { ...props, action });
  }
}

const sum = (functions: Record<string, ServiceFunction>, metric: (fn: ServiceFunction) => Metric) =>
  new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(
      Object.entries(functions).map(([name, fn]) => [name.toLowerCase(), metric(fn)]),
    ),
    period: Duration.minutes(5),
  });
