import type { Db } from '../data/client.ts';
import { linearIssuesTable } from '../data/mirror/linear-issues.ts';
import type { TableVariable } from '../data/tables.ts';
import { membershipsTable } from '../data/workspaces/memberships.ts';
import { ownership } from '../data/workspaces/ownership.ts';
import type { Now } from '../domain/clock.ts';
import { claim } from '../use-cases/features/claim.ts';
import { fromLinear } from '../use-cases/features/from-linear.ts';
import { release } from '../use-cases/features/release.ts';
import { reportStatus } from '../use-cases/features/report-status.ts';
import { archiveProject } from '../use-cases/mirror/archive-project.ts';
import { cacheIssues } from '../use-cases/mirror/cache-issues.ts';
import { refreshIssue } from '../use-cases/mirror/refresh-issue.ts';
import { requestSync } from '../use-cases/mirror/request-sync.ts';
import type { SyncOf } from '../use-cases/mirror/run-sync.ts';
import { startSync } from '../use-cases/mirror/run-syncs.ts';
import { decideItem } from '../use-cases/planning/items/decide-item.ts';
import type { DueSessions } from '../use-cases/planning/reading/start-due-sessions.ts';
import { askReading } from '../use-cases/planning/sessions/ask-reading.ts';
import { changeSession } from '../use-cases/planning/sessions/change-session.ts';
import { createSession } from '../use-cases/planning/sessions/create-session.ts';
import { wakeSessions } from '../use-cases/planning/sessions/wake-sessions.ts';
import { connectSite } from '../use-cases/planning/sites/connect-site.ts';
import { disconnectSite } from '../use-cases/planning/sites/disconnect-site.ts';
import { withConfluence } from '../use-cases/planning/sites/with-confluence.ts';
import { kick } from '../use-cases/schedule/kick.ts';
import { changeSettings } from '../use-cases/workspaces/change-settings.ts';
import { disconnect } from '../use-cases/workspaces/disconnect.ts';
import { handOver } from '../use-cases/workspaces/hand-over.ts';
import { revokeEnded } from '../use-cases/workspaces/revoke-ended.ts';
import { withLinear } from '../use-cases/workspaces/with-linear.ts';
import type { ConfluenceClients } from './confluence-clients.ts';
import type { LinearClients } from './linear-clients.ts';
import { mirror } from './mirror.ts';
import { type PlanningTables, planningStores } from './planning-stores.ts';
import { stores, type Tables } from './stores.ts';
import type { Telemetry } from './telemetry.ts';
import type { TokenSource } from './token-source.ts';

/** The stores of the API, which alone hands a workspace over to another owner. */
export const apiStores = (
  db: Db,
  tables: Tables & PlanningTables & Record<TableVariable<'memberships' | 'linear_issues'>, string>,
) => ({
  ...stores(db, tables),
  memberships: membershipsTable(db, tables.MEMBERSHIPS_TABLE),
  linearIssues: linearIssuesTable(db, tables.LINEAR_ISSUES_TABLE),
  ...planningStores(db, tables),
  ownership: ownership(db, {
    workspaces: tables.WORKSPACES_TABLE,
    memberships: tables.MEMBERSHIPS_TABLE,
  }),
});

type Outside = ReturnType<typeof apiStores> &
  LinearClients &
  ConfluenceClients &
  Pick<TokenSource, 'tokens'> &
  Pick<Telemetry, 'error' | 'count'> & {
    /** The key that comment ids are derived with. */
    commentKey: () => Promise<string>;
    invokeSync: (of: SyncOf) => Promise<void>;
    /** Starts the function that reads pages. */
    startReading: (of: DueSessions) => Promise<void>;
    invokeWork: Parameters<typeof kick>[0]['start'];
    now: Now;
  };

/** What the API reads, and what it does. */
export const apiUseCases = (outside: Outside) => {
  const { workspaces, memberships, projects, features, history, leases, now } = outside;
  const { sites, sessions, items, texts, linearIssues } = outside;
  const startWork = kick({ start: outside.invokeWork, now });
  const deps = {
    ...outside,
    ...mirror(outside),
    linear: withLinear(outside),
    confluence: withConfluence(outside),
    startWork,
  };
  return {
    workspaces,
    memberships,
    projects,
    features,
    history,
    sites,
    sessions,
    items,
    texts,
    linear: deps.linear,
    linearIssues,
    refreshIssue: refreshIssue({ ...deps, cacheIssues: cacheIssues(outside) }),
    changeSettings: changeSettings(deps),
    handOver: handOver(deps),
    disconnect: disconnect({ ...deps, revokeEnded: revokeEnded(deps) }),
    report: reportStatus(deps),
    fromLinear: fromLinear(deps),
    claim: claim(deps),
    release: release(deps),
    requestSync: requestSync({
      ...deps,
      startSync: startSync({ leases, invoke: outside.invokeSync, now }),
    }),
    archiveProject: archiveProject(deps),
    createSession: createSession(deps),
    changeSession: changeSession(deps),
    askReading: askReading(deps),
    decideItem: decideItem(deps),
    connectSite: connectSite({ ...deps, wakeSessions: wakeSessions(deps) }),
    disconnectSite: disconnectSite(deps),
    now,
  };
};
