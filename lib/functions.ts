import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import type { ApiEnv } from '../lambdas/api/env.ts';
import type { OauthEnv } from '../lambdas/oauth/env.ts';
import type { TickEnv, WorkEnv } from '../lambdas/poller/env.ts';
import type { SyncEnv } from '../lambdas/sync/env.ts';
import type { WebhookEnv } from '../lambdas/webhook/env.ts';
import type { Bundles } from './bundle.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import type { FunctionName } from './permissions.ts';
import type { Stage } from './stage.ts';

export type FunctionsProps = {
  stage: Stage;
  data: DataStack;
  bus: EventBus;
  bundles: Bundles;
  publicUrl: string;
  logRetention: RetentionDays;
};

/**
 * Every function. Each environment is a literal and not spread from a common part, because TypeScript finds unknown
 * variables only in literals.
 */
export const createFunctions = (
  scope: Construct,
  { stage, data, bus, bundles, publicUrl, logRetention }: FunctionsProps,
): Record<FunctionName, ServiceFunction> => {
  const { tables, secrets, tokenKey } = data;
  const reserved = (executions: number) => (stage.reserveConcurrency ? executions : undefined);

  const webhook = new ServiceFunction<z.input<typeof WebhookEnv>>(scope, 'Webhook', {
    description: 'Applies webhooks from Linear',
    bundle: bundles.webhook,
    environment: {
      WORKSPACES_TABLE: tables.workspaces.tableName,
      PROJECTS_TABLE: tables.projects.tableName,
      FEATURES_TABLE: tables.features.tableName,
      LINEAR_WEBHOOK_SECRET_ARN: secrets.linearWebhook.secretArn,
    },
    // Linear gives up on a delivery after 5 seconds.
    timeout: Duration.seconds(5),
    memoryMiB: 1024,
    logRetention,
  });

  const sync = new ServiceFunction<z.input<typeof SyncEnv>>(scope, 'Sync', {
    description: 'Reads the projects of a workspace, or the issues of a project, page by page',
    bundle: bundles.sync,
    environment: {
      WORKSPACES_TABLE: tables.workspaces.tableName,
      PROJECTS_TABLE: tables.projects.tableName,
      FEATURES_TABLE: tables.features.tableName,
      LEASES_TABLE: tables.leases.tableName,
      HISTORY_TABLE: tables.history.tableName,
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      LINEAR_API_URL: stage.linearApiUrl,
    },
    timeout: Duration.minutes(5),
    // The rows stay due, so the tick starts what has waited longer than this.
    maxEventAge: Duration.minutes(1),
    reservedConcurrency: reserved(5),
    logRetention,
  });

  const oauth = new ServiceFunction<z.input<typeof OauthEnv>>(scope, 'Oauth', {
    description: 'Connects a Linear workspace',
    bundle: bundles.oauth,
    environment: {
      WORKSPACES_TABLE: tables.workspaces.tableName,
      MEMBERSHIPS_TABLE: tables.memberships.tableName,
      OAUTH_STATES_TABLE: tables.oauth_states.tableName,
      HISTORY_TABLE: tables.history.tableName,
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      SYNC_FUNCTION: sync.functionName,
      LINEAR_APP_URL: stage.linearAppUrl,
      LINEAR_API_URL: stage.linearApiUrl,
      PUBLIC_URL: publicUrl,
    },
    timeout: Duration.seconds(29),
    logRetention,
  });

  const pollerEnvironment: Record<keyof z.input<typeof WorkEnv>, string> = {
    WORKSPACES_TABLE: tables.workspaces.tableName,
    PROJECTS_TABLE: tables.projects.tableName,
    FEATURES_TABLE: tables.features.tableName,
    LEASES_TABLE: tables.leases.tableName,
    HISTORY_TABLE: tables.history.tableName,
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
    logRetention,
  };
  // A separate function, so that work from callers never starves the schedule.
  const work = new ServiceFunction<z.input<typeof WorkEnv>>(scope, 'PollerWork', {
    ...poller,
    description: 'Serves what has just become due, and what the tick hands over',
    handler: 'index.work',
    environment: pollerEnvironment,
    reservedConcurrency: reserved(10),
  });
  const tick = new ServiceFunction<z.input<typeof TickEnv>>(scope, 'PollerTick', {
    ...poller,
    description: 'Serves everything that is due, every minute',
    handler: 'index.tick',
    environment: { ...pollerEnvironment, WORK_FUNCTION: work.functionName },
    reservedConcurrency: reserved(2),
  });

  const api = new ServiceFunction<z.input<typeof ApiEnv>>(scope, 'Api', {
    description: 'Answers the JSON API',
    bundle: bundles.api,
    environment: {
      WORKSPACES_TABLE: tables.workspaces.tableName,
      MEMBERSHIPS_TABLE: tables.memberships.tableName,
      PROJECTS_TABLE: tables.projects.tableName,
      FEATURES_TABLE: tables.features.tableName,
      LEASES_TABLE: tables.leases.tableName,
      HISTORY_TABLE: tables.history.tableName,
      SYNC_FUNCTION: sync.functionName,
      WORK_FUNCTION: work.functionName,
      LINEAR_APP_SECRET_ARN: secrets.linearApp.secretArn,
      COMMENT_KEY_SECRET_ARN: secrets.commentKey.secretArn,
      TOKEN_KEY_ARN: tokenKey.keyArn,
      LINEAR_API_URL: stage.linearApiUrl,
    },
    timeout: Duration.seconds(29),
    logRetention,
  });

  return { Webhook: webhook, Sync: sync, Oauth: oauth, PollerTick: tick, PollerWork: work, Api: api };
};
