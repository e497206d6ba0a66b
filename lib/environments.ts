import type * as z from 'zod';
import type { ApiEnv } from '../lambdas/api/env.ts';
import type { OauthEnv } from '../lambdas/oauth/env.ts';
import type { PlanningEnv } from '../lambdas/planning/env.ts';
import type { PlanningTickEnv } from '../lambdas/planning-tick/env.ts';
import type { TickEnv, WorkEnv } from '../lambdas/poller/env.ts';
import type { SyncEnv } from '../lambdas/sync/env.ts';
import type { WebhookEnv } from '../lambdas/webhook/env.ts';
import type { TableName, TableVariable } from '../shared/data/tables.ts';

/** The variables that each function reads at its cold start. */
export type Environments = {
  Oauth: z.input<typeof OauthEnv>;
  Webhook: z.input<typeof WebhookEnv>;
  Sync: z.input<typeof SyncEnv>;
  Api: z.input<typeof ApiEnv>;
  Planning: z.input<typeof PlanningEnv>;
  PlanningTick: z.input<typeof PlanningTickEnv>;
  PollerTick: z.input<typeof TickEnv>;
  PollerWork: z.input<typeof WorkEnv>;
};

export type FunctionName = keyof Environments;

/** The tables that a function's environment names. */
export type TablesOf<F extends FunctionName> = {
  [T in TableName]: TableVariable<T> extends keyof Environments[F] ? T : never;
}[TableName];
