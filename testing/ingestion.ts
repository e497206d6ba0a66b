import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { startLinear } from '../local/linear/server.ts';
import { pagedIngestion } from '../shared/composition/ingestion.ts';
import { featuresTable } from '../shared/data/features/features.ts';
import { historyTable } from '../shared/data/workspaces/history.ts';
import { workspacesTable } from '../shared/data/workspaces/workspaces.ts';
import { derivedId } from '../shared/domain/ids.ts';
import { newSync, type SyncPlan } from '../shared/domain/mirror/sync.ts';
import { linearApi } from '../shared/linear/api.ts';
import { linearClient } from '../shared/linear/client.ts';
import { readDelivery } from '../shared/linear/delivery.ts';
import { linearOauth } from '../shared/linear/oauth.ts';
import { dispatch } from '../shared/use-cases/features/dispatch.ts';
import { processFeatures } from '../shared/use-cases/features/process-features.ts';
import { writeBack } from '../shared/use-cases/features/write-back.ts';
import { archiveProject } from '../shared/use-cases/mirror/archive-project.ts';
import { archiveVanished } from '../shared/use-cases/mirror/archive-vanished.ts';
import { receiveDelivery } from '../shared/use-cases/mirror/receive-delivery.ts';
import { reconcile } from '../shared/use-cases/mirror/reconcile.ts';
import { runSync } from '../shared/use-cases/mirror/run-sync.ts';
import { changeSettings } from '../shared/use-cases/workspaces/change-settings.ts';
import { connectWorkspace } from './connected.ts';
import { consent } from './oauth-flow.ts';
import { startTables } from './tables.ts';

type Body = Buffer<ArrayBuffer>;
type Node = { id: string };

/** The use cases of ingestion in one process, on a real engine and the local Linear; webhooks are caught. */
export const startIngestion = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'omakase-ingestion-'));
  const caught = new Map<string, Body[]>();
  const sink = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { organizationId } = JSON.parse(body.toString()) as { organizationId: string };
    caught.set(organizationId, [...(caught.get(organizationId) ?? []), body]);
    response.end();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  const redirectUri = 'http://127.0.0.1:1/oauth/linear/callback';
  const [linear, tables] = await Promise.all([
    startLinear({ port: 0, dataDir, webhookUrl, redirectUri }),
    startTables(),
  ]);

  const workspaces = workspacesTable(tables.db, 'workspaces');
  const features = featuresTable(tables.db, 'features');
  const history = historyTable(tables.db, 'history');
  const client = linearClient({ apiUrl: linear.url, now: Date.now });
  const oauth = linearOauth({ apiUrl: linear.url, app: async () => linear, now: Date.now });

  const post = async (path: string, body: unknown, authorization = '') => {
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(new URL(path, linear.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };

  /** A new organization, connected, with its projects mirrored and its labels known. */
  const connected = async () => {
    let skewMs = 0;
    const now = () => Date.now() + skewMs;
    const { id: organizationId, adminKey } = (await post('/_local/organizations', { name: 'Property' })) as {
      id: string;
      adminKey: string;
    };
    const verifier = 'v'.repeat(43);
    const flow = { state: 's', redirectUri, verifier };
    const authorize = new URL(await oauth.authorizeUrl(linear.url, flow));
    authorize.searchParams.set('organization', organizationId);
    const code = new URL(await consent(authorize)).searchParams.get('code') ?? '';
    const { accessToken } = await oauth.exchange({ code, redirectUri, verifier });
    const viewer = await linearApi(client, { accessToken, now }).viewer();
    const id = derivedId('workspace', organizationId);
    await connectWorkspace(
      workspaces,
      { id, now: now() },
      {
        linearOrganizationId: organizationId,
        linearOrganizationName: 'Before it was renamed',
        appUserId: viewer.appUserId,
      },
    );

    // Each with caches of its own, as functions have.
    let requests = 0;
    let intercept = (_request: number): void | Promise<void> => {};
    const counting = {
      async execute(...asked: Parameters<typeof client.execute>) {
        requests++;
        await intercept(requests);
        return client.execute(...asked);
      },
    } as typeof client;
    let heldToken = accessToken;
    const asWorkspace = <T>(_: string, call: (api: ReturnType<typeof linearApi>) => Promise<T>) =>
      call(linearApi(counting, { accessToken: heldToken, now }));
    const needingReauth: string[] = [];
    const deps = {
      workspaces,
      history,
      ...pagedIngestion(
        tables.db,
        { PROJECTS_TABLE: 'projects', FEATURES_TABLE: 'features' },
        { workspaces, now },
      ),
      linear: asWorkspace,
      needsReauth: async ({ id }: { id: string }) => void needingReauth.push(id),
      count: () => {},
      now,
    };
    const { projects } = deps;
    const sync = runSync({ ...deps, archiveVanished: archiveVanished(deps) });
    await sync({ workspaceId: id }, now() + 60_000);
    const receive = receiveDelivery(deps);
    const bus = { put: async (_: string, details: readonly object[]) => details.map(() => true) };
    const processing = processFeatures({
      ...deps,
      writeBack: writeBack(deps),
      dispatch: dispatch({ ...deps, bus }),
    });
    const row = async () => {
      const found = await workspaces.get(id);
      if (!found) throw new Error('The workspace is gone.');
      return found;
    };

    const runOf = async (plan: SyncPlan, projectId?: string) => {
      const asked = newSync(`sync-${now()}`, plan, { now: now() });
      const { historyId } =
        (projectId
          ? await projects.askSync(projectId, asked, now())
          : await workspaces.askSync(id, asked, { now: now() })) ?? asked;
      await sync({ workspaceId: id, projectId }, now() + 60_000);
      return history.get(id, historyId);
    };
    const graphql = async <T>(query: string, variables: object): Promise<T> => {
      const answer = (await post('/graphql', { query, variables }, adminKey)) as {
        data: T;
        errors?: unknown;
      };
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    };

    return {
      organizationId,
      workspaceId: id,
      graphql,
      /** What the use cases are made of, and the clock they go by. */
      parts: { deps, db: tables.db, row, client: counting, accessToken },
      /** From now on its requests carry this token. */
      holdToken: (token: string) => {
        heldToken = token;
      },
      /** Workspaces whose owner was asked to connect again. */
      needingReauth,
      advance: (ms: number) => {
        skewMs += ms;
      },
      /** A team with two projects that are mirrored, its states by type, and all labels by name. */
      world: async () => {
        const { teams, issueLabels } = await graphql<{
          teams: { nodes: (Node & { projects: { nodes: Node[] } })[] };
          issueLabels: { nodes: (Node & { name: string })[] };
        }>(
          '{ teams { nodes { id projects(first: 5) { nodes { id } } } } issueLabels(first: 100) { nodes { id name } } }',
          {},
        );
        const [team] = teams.nodes.toSorted((a, b) => b.projects.nodes.length - a.projects.nodes.length);
        if (!team) throw new Error('There is no team.');
        const projects = team.projects.nodes;
        if (projects.length < 2) {
          const made = await graphql<{ projectCreate: { project: Node } }>(
            'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
            { input: { name: 'Another', teamIds: [team.id] } },
          );
          projects.push(made.projectCreate.project);
          await runOf('daily');
        }
        const { workflowStates } = await graphql<{ workflowStates: { nodes: (Node & { type: string })[] } }>(
          'query($team: ID!) { workflowStates(filter: { team: { id: { eq: $team } } }) { nodes { id type } } }',
          { team: team.id },
        );
        return {
          teamId: team.id,
          projects,
          labels: Object.fromEntries(issueLabels.nodes.map(({ id, name }) => [name, id])),
          states: Object.fromEntries(workflowStates.nodes.map(({ id, type }) => [type, id])),
        };
      },
      /** The webhooks that were sent since the last call, in the order of their arrival. */
      webhooks: () => {
        const bodies = caught.get(organizationId) ?? [];
        caught.delete(organizationId);
        return bodies;
      },
      /** Delivers a body now, by Linear's clock, or as late as a retry. */
      deliver: async (body: Body, ageMs = 0) => {
        const delivery = readDelivery(body, Date.now() + ageMs);
        if (delivery === 'unreadable') throw new Error('Linear sent what we cannot read.');
        return receive(delivery);
      },
      reconcile: async () => reconcile(deps)(await row(), now() + 60_000),
      /** How many requests `act` sends to Linear; `before` each of them may throw, as a crash does, or do something. */
      requestsOf: async (
        act: () => Promise<unknown>,
        before = (_request: number): void | Promise<void> => {},
      ) => {
        requests = 0;
        intercept = before;
        try {
          await act();
        } finally {
          intercept = () => {};
        }
        return requests;
      },
      /** Rows in bulk, that no webhook tells of. */
      seed: (counts: { projects?: number; issues?: number }) =>
        post(`/_local/seed?organization=${organizationId}`, counts),
      limit: (requests: number) => post(`/_local/limits?organization=${organizationId}`, { requests }),
      askSync: async (plan: SyncPlan, again = false) =>
        (await workspaces.askSync(id, newSync(ulid(now()), plan, { now: now() }), { again, now: now() })) ??
        Promise.reject(new Error('The workspace is not connected.')),
      runSync: (projectId?: string) => sync({ workspaceId: id, projectId }, now() + 60_000),
      disconnect: async () => workspaces.disconnect(id, undefined, now()),
      listFeatures: (projectId: string) => features.listByProject(projectId, { limit: 100 }),
      /** What a human admin does in the application's settings. */
      access: (body: { canAccessAllPublicTeams: boolean; teamIds: string[] }) =>
        post(`/_local/access?organization=${organizationId}`, body),
      /** Lets the clock go on, for us; Linear's stands. */
      pass: (ms: number) => {
        skewMs += ms;
      },
      /** Asks for a sync of everything, or of one project, and runs it. */
      sync: runOf,
      /** Asks, as the API does, and leaves the run to the schedule. */
      archive: async (projectId: string, status: 'active' | 'archived') => {
        const project = await projects.get(projectId);
        if (project) await archiveProject(deps)(project, status);
      },
      changeSettings: async (changes: Parameters<ReturnType<typeof changeSettings>>[1]) =>
        changeSettings(deps)(await row(), changes),
      row,
      project: (linearProjectId: string) => projects.get(derivedId('project', linearProjectId)),
      history: async () => (await history.list(id, { limit: 100 })).items,
      /** Runs what is asked for and looks until nothing is due any more, hours ahead. */
      drain: async () => {
        for (let round = 0; round < 10; round++) {
          skewMs += 15 * 60_000;
          const asked = (await projects.due(now())).filter(({ workspaceId }) => workspaceId === id);
          for (const project of asked) await sync({ workspaceId: id, projectId: project.id }, now() + 60_000);
          if ((await row()).sync) await sync({ workspaceId: id }, now() + 60_000);
          const due = (await features.due(now())).filter(({ workspaceId }) => workspaceId === id);
          if (due.length + asked.length === 0) return;
          await processing(
            await row(),
            due.map((each) => each.id),
            now() + 60_000,
          );
        }
        throw new Error('Something stays due for ever.');
      },
      feature: (issueId: string) => features.get(derivedId('feature', issueId)),
    };
  };

  return {
    connected,
    /** Makes something go wrong in the local Linear. */
    fault: (fault: object) => post('/_local/faults', fault),
    /** The DynamoDB operations since the last call, as `UpdateItem features`. */
    operations: tables.operations,
    features,
    async stop() {
      await linear.close();
      await tables.stop();
      sink.closeAllConnections();
      await new Promise((resolve) => sink.close(resolve));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
