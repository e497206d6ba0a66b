import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { Bundles } from './bundle.ts';
import { HttpSurface } from './constructs/http-surface.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import { createFunctions } from './functions.ts';
import { grantPermissions } from './permissions.ts';
import type { Stage } from './stage.ts';

export type ServiceStackProps = { stage: Stage; data: DataStack; bundles: Bundles };

/** What may be replaced at any time: the HTTP API, the functions, the schedule and the alarms. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { stage, data, bundles }: ServiceStackProps) {
    super(scope, id, { description: 'Omakase for Linear: HTTP API, functions, schedule and alarms' });
    const logRetention = stage.stage === 'prod' ? RetentionDays.THREE_MONTHS : RetentionDays.ONE_WEEK;

    const surface = new HttpSurface(this, 'Surface', {
      jwtIssuer: stage.jwtIssuer,
      jwtAudience: stage.jwtAudience,
      throttle: { rateLimit: 500, burstLimit: 1000 },
      logRetention,
    });
    const publicUrl = stage.publicUrl ?? surface.api.apiEndpoint;
    const bus = new EventBus(this, 'Dispatch', { description: 'Announces features that are ready for work' });
    const functions = createFunctions(this, { stage, data, bus, bundles, publicUrl, logRetention });
    grantPermissions(functions, { data, bus });
    surface.route({ api: functions.Api, oauth: functions.Oauth, webhook: functions.Webhook });
    this.everyMinute('Tick', functions.PollerTick);
    this.everyMinute('PlanningTick', functions.PlanningTick);
    new Alarms(this, 'Alarms', { api: surface.api, functions, email: stage.alarmEmail });

    new CfnOutput(this, 'ApiUrl', { value: publicUrl });
    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName });
    new CfnOutput(this, 'LinearAppSecret', { value: data.secrets.linearApp.secretArn });
    new CfnOutput(this, 'LinearWebhookSecret', { value: data.secrets.linearWebhook.secretArn });
  }

  private everyMinute(name: string, target: ServiceFunction) {
    const role = new Role(this, `${name}ScheduleRole`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
    );
    new Schedule(this, `${name}Schedule`, {
      description: `Invokes ${target.node.id} every minute`,
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(target, {
        // The construct would also allow every version and alias of the function.
        role: role.withoutPolicyUpdates(),
        // The next tick makes up for a missed one.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }
}
