import type { Db } from '../data/client.ts';
import { leasesTable } from '../data/schedule/leases.ts';
import type { TableVariable } from '../data/tables.ts';
import { historyTable } from '../data/workspaces/history.ts';
import { workspacesTable } from '../data/workspaces/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { mentionedAccounts, parsePage, readPlan } from '../reader/read-page.ts';
import { fetchPage, type ReadPlan } from '../use-cases/planning/reading/fetch-page.ts';
import { readSession } from '../use-cases/planning/reading/read-session.ts';
import { serveSessions } from '../use-cases/planning/reading/serve-sessions.ts';
import { withConfluence } from '../use-cases/planning/sites/with-confluence.ts';
import type { ConfluenceClients } from './confluence-clients.ts';
import { type PlanningTables, planningStores } from './planning-stores.ts';
import type { Telemetry } from './telemetry.ts';

type Tables = PlanningTables & Record<TableVariable<'workspaces' | 'leases' | 'history'>, string>;

/** The stores of the functions that read pages. */
export const plannerStores = (db: Db, tables: Tables) => ({
  ...planningStores(db, tables),
  workspaces: workspacesTable(db, tables.WORKSPACES_TABLE),
  history: historyTable(db, tables.HISTORY_TABLE),
  leases: leasesTable(db, tables.LEASES_TABLE),
});

type Outside = ReturnType<typeof plannerStores> &
  Pick<ConfluenceClients, 'confluence'> &
  Telemetry & {
    info: (message: string, fields: Record<string, unknown>) => void;
    /** The deadline of the current invocation (epoch ms). No request to Confluence begins after it. */
    deadline?: () => number;
    now: Now;
  };

/** Reads the pages of planning sessions. */
export const planningUseCases = (outside: Outside) => {
  const confluence = withConfluence(outside);
  const read: ReadPlan = async (storage, { namesOf, despiteVeto }) => {
    const page = parsePage(storage);
    return readPlan(page, await namesOf(mentionedAccounts(page)), { despiteVeto });
  };
  const deps = { ...outside, fetchPage: fetchPage({ confluence, readPlan: read }) };
  return {
    serve: serveSessions({
      ...deps,
      readSession: readSession(deps),
      log: outside.info,
      logError: outside.error,
    }),
  };
};
