import type { Db } from '../data/client.ts';
import type { TableVariable } from '../data/tables.ts';
import { historyTable } from '../data/workspaces/history.ts';
import { membershipsTable } from '../data/workspaces/memberships.ts';
import { oauthStatesTable } from '../data/workspaces/oauth-states.ts';
import { workspacesTable } from '../data/workspaces/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { connect } from '../use-cases/workspaces/connect.ts';
import type { LinearClients } from './linear-clients.ts';
import type { Telemetry } from './telemetry.ts';

type Tables = Record<TableVariable<'workspaces' | 'memberships' | 'oauth_states' | 'history'>, string>;

/** The stores that connecting a workspace needs. */
export const oauthStores = (db: Db, tables: Tables) => ({
  workspaces: workspacesTable(db, tables.WORKSPACES_TABLE),
  memberships: membershipsTable(db, tables.MEMBERSHIPS_TABLE),
  states: oauthStatesTable(db, tables.OAUTH_STATES_TABLE),
  history: historyTable(db, tables.HISTORY_TABLE),
});

type Outside = ReturnType<typeof oauthStores> &
  LinearClients &
  Telemetry & {
    invokeSync: (of: { workspaceId: string }) => Promise<void>;
    publicUrl: string;
    linearAppUrl: string;
    now: Now;
  };

/** The flow that connects a workspace. */
export const oauthUseCases = (outside: Outside) => ({
  connect: connect({ ...outside, startSync: outside.invokeSync, log: outside.warn }),
});
