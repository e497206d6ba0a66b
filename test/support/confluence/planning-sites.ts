import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakes } from '../../../local/aws/aws-fakes.ts';
import { createEventBuses } from '../../../local/aws/event-buses.ts';
import { createKms } from '../../../local/aws/kms.ts';
import { startConfluence } from '../../../local/confluence/server.ts';
import { confluenceClients } from '../../../shared/composition/confluence-clients.ts';
import type { ConfluenceApi } from '../../../shared/confluence/api.ts';
import { sessionsTable } from '../../../shared/data/planning/sessions.ts';
import { type Sites, sitesTable } from '../../../shared/data/planning/sites.ts';
import { historyTable } from '../../../shared/data/workspaces/history.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { wakeSessions } from '../../../shared/use-cases/planning/sessions/wake-sessions.ts';
import { connectSite, type WantedSite } from '../../../shared/use-cases/planning/sites/connect-site.ts';
import { disconnectSite } from '../../../shared/use-cases/planning/sites/disconnect-site.ts';
import { withConfluence } from '../../../shared/use-cases/planning/sites/with-confluence.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables } from '../../../testing/tables.ts';

type Container = {
  deadline?: () => number;
  sites?: Sites;
  workspaces?: Workspaces;
  around?: (api: ConfluenceApi) => ConfluenceApi;
};

const OWNER = 'auth0|owner';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/tokens';

/** The local Confluence, tables and a fake KMS, and the use cases of sites on all of them. */
export const startPlanningSites = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-sites-'));
  const [tables, local, fakes] = await Promise.all([
    startTables(),
    startConfluence({ port: 0, dataDir, fresh: true }),
    startFakes({
      kms: createKms([KEY], randomBytes(32)),
      secrets: new Map(),
      events: createEventBuses([], join(dataDir, 'events.jsonl')),
      functions: () => undefined,
    }),
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_KMS: fakes.endpoints.AWS_ENDPOINT_URL_KMS,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const sites = sitesTable(tables.db, 'confluence_sites');
  const sessions = sessionsTable(tables.db, 'planning_sessions');
  const workspaces = workspacesTable(tables.db, 'workspaces');
  const history = historyTable(tables.db, 'history');
  const counted: string[] = [];
  const clock = { aheadMs: 0 };
  const now = () => Date.now() + clock.aheadMs;

  /** One function, with caches of its own. */
  const container = ({ around = (api) => api, ...how }: Container = {}) => {
    const clients = confluenceClients(
      {
        TOKEN_KEY_ARN: KEY,
        CONFLUENCE_SITES: local.siteUrl,
        CONFLUENCE_GATEWAY_URL: local.url,
        CONFLUENCE_AUTH_URL: local.url,
      },
      { now },
    );
    const api: typeof clients.confluence = (site, until) => around(clients.confluence(site, until));
    const telling = { history, error: () => {}, count: (metric: string) => void counted.push(metric) };
    const deps = { ...clients, ...telling, confluence: api, sites, workspaces, now, ...how };
    const wake = wakeSessions({ sessions, startReading: async () => {}, now });
    const connect = connectSite({ ...deps, wakeSessions: wake });
    const disconnect = disconnectSite(deps);
    return {
      confluence: clients.confluence,
      api,
      connect: (workspace: WorkspaceRow, site: WantedSite, by = OWNER) => connect(workspace, site, by),
      disconnect: (workspace: WorkspaceRow, by = OWNER) => disconnect(workspace, by),
      withConfluence: withConfluence(deps),
      vault: clients.siteVault,
    };
  };

  const control = async <T = unknown>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${local.url}/_local/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  let number = 0;
  /** A workspace that is connected to Linear and to no site yet. */
  const newWorkspace = async () => {
    const id = `workspace-${++number}`;
    await connectWorkspace(workspaces, { id, now: now() });
    const row = await workspaces.get(id);
    if (!row) throw new Error('There is no workspace.');
    return row;
  };

  const { clientId, clientSecret, scopedToken, scopedTokenEmail, apiToken, email } = local.credentials;
  const auths = {
    machine: { type: 'client_credentials', clientId, clientSecret },
    bearer: { type: 'scoped_token', token: scopedToken },
    scoped: { type: 'scoped_token', email: scopedTokenEmail, token: scopedToken },
    classic: { type: 'classic_token', email, token: apiToken },
  } as const satisfies Record<string, WantedSite['auth']>;
  const wanted = (auth: WantedSite['auth'] = auths.machine, spaces = ['PLAN']): WantedSite => ({
    siteUrl: local.siteUrl,
    auth,
    spaces,
  });

  return {
    local,
    tables,
    sites,
    workspaces,
    history,
    /** The metrics that were counted. */
    counted,
    now,
    container,
    control,
    newWorkspace,
    auths,
    wanted,
    /** Moves our clock and that of the local Confluence. */
    async advance(ms: number) {
      clock.aheadMs += ms;
      await control('POST', 'clock', { advanceMs: ms });
    },
    async stop() {
      await Promise.all([tables.stop(), local.close(), fakes.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
