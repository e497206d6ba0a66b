import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Bundles } from './bundle.ts';
import { ServiceFunction, type ServiceFunctionProps } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import type { Environments, FunctionName } from './environments.ts';
import { tableVariables } from './permissions.ts';
import type { Stage } from './stage.ts';

export type FunctionsProps = {
  stage: Stage;
  data: DataStack;
  bus: EventBus;
  bundles: Bundles;
  publicUrl: string;
  logRetention: RetentionDays;
};

type Props<F extends FunctionName> = Omit<ServiceFunctionProps, 'environment' | 'logRetention'> & {
  /**
   * The variables of the function's env.ts except its tables, which permissions.ts lists. Pass a literal, because
   * TypeScript finds unknown variables only in literals.
   */
  environment: Record<Exclude<keyof Environments[F], `${string}_TABLE`>, string>;
};

/** Every function. */
export const createFunctions = (
  scope: Construct,
  { stage, data, bus, bundles, publicUrl, logRetention }: FunctionsProps,
): Record<FunctionName, ServiceFunction> => {
  const { secrets, tokenKey } = data;
  const create = <F extends FunctionName>(id: F, props: Props<F>) =>
    new ServiceFunction(scope, id, {
      ...props,
      environment: { ...tableVariables(id, data), ...props.environment },
      logRetention,
    });
  const reserved = (executions: number) => (stage.reserveConcurrency ? executions : undefined);

  const sync = create('Sync', {
    description: 'Reads the projects of a workspace, or the issues of a project, page by page',
    bundle: bundles.sync,
    environment: {
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      LINEAR_API_URL: stage.linearApiUrl,
    },
    timeout: Duration.minutes(5),
    // The rows stay due, so the tick starts what has waited longer than this.
    maxEventAge: Duration.minutes(1),
    reservedConcurrency: reserved(5),
  });

  const oauth = create('Oauth', {
    description: 'Connects a Linear workspace',
    bundle: bundles.oauth,
    environment: {
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      SYNC_FUNCTION: sync.functionName,
      LINEAR_APP_URL: stage.linearAppUrl,
      LINEAR_API_URL: stage.linearApiUrl,
      PUBLIC_URL: publicUrl,
    },
    timeout: Duration.seconds(29),
  });

  const pollerEnvironment: Props<'PollerWork'>['environment'] = {
    LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
    TOKEN_KEY_ARN: tokenKey.keyArn,
    SYNC_FUNCTION: sync.functionName,
    EVENT_BUS_NAME: bus.eventBusName,
    LINEAR_API_URL: stage.linearApiUrl,
  };
  const poller = {
    bundle: bundles.poller,
    timeout: Duration.seconds(55),
    maxEventAge: Duration.minutes(1),
  };
  // A separate function, so that work from callers never starves the schedule.
  const work = create('PollerWork', {
    ...poller,
    description: 'Serves what has just become due, and what the tick hands over',
    handler: 'index.work',
    environment: pollerEnvironment,
    reservedConcurrency: reserved(10),
  });
  const tick = create('PollerTick', {
    ...poller,
    description: 'Serves everything that is due, every minute',
    handler: 'index.tick',
    environment: { ...pollerEnvironment, WORK_FUNCTION: work.functionName },
    reservedConcurrency: reserved(2),
  });

  const webhook = create('Webhook', {
    description: 'Applies webhooks from Linear',
    bundle: bundles.webhook,
    environment: {
      WORK_FUNCTION: work.functionName,
      LINEAR_WEBHOOK_SECRET_ARN: secrets.linearWebhook.secretArn,
    },
    // Linear gives up on a delivery after 5 seconds.
    timeout: Duration.seconds(5),
    memoryMiB: 1024,
  });

  const confluence = {
    CONFLUENCE_SITES: stage.confluenceSites,
    CONFLUENCE_GATEWAY_URL: stage.confluenceGatewayUrl,
    CONFLUENCE_AUTH_URL: stage.confluenceAuthUrl,
  };
  const planning = create('Planning', {
    description: 'Reads the Confluence pages of planning sessions',
    bundle: bundles.planning,
    environment: { ...confluence, TOKEN_KEY_ARN: tokenKey.keyArn },
    // A page may have 5 MB.
    memoryMiB: 1024,
    timeout: Duration.minutes(5),
    maxEventAge: Duration.minutes(1),
    reservedConcurrency: reserved(5),
  });
  // A schedule of its own, so that neither half holds up the other.
  const planningTick = create('PlanningTick', {
    description: 'Hands over the planning sessions that are due, every minute',
    bundle: bundles['planning-tick'],
    environment: { PLANNING_FUNCTION: planning.functionName },
    timeout: Duration.seconds(30),
    maxEventAge: Duration.minutes(1),
    reservedConcurrency: reserved(1),
  });

  const api = create('Api', {
    description: 'Answers the JSON API',
    bundle: bundles.api,
    environment: {
      SYNC_FUNCTION: sync.functionName,
      WORK_FUNCTION: work.functionName,
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      COMMENT_KEY_SECRET_ARN: secrets.commentKey.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      LINEAR_API_URL: stage.linearApiUrl,
      PLANNING_FUNCTION: planning.functionName,
      ...confluence,
    },
    timeout: Duration.seconds(29),
  });

  return {
    Webhook: webhook,
    Sync: sync,
    Oauth: oauth,
    Planning: planning,
    PlanningTick: planningTick,
    PollerTick: tick,
    PollerWork: work,
    Api: api,
  };
};
