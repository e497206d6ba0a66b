import { ulid } from 'ulid';
import { type apiStores, apiUseCases } from '../../../shared/composition/api.ts';
import { pollerUseCases } from '../../../shared/composition/poller.ts';
import type { PollerStores } from '../../../shared/composition/poller-stores.ts';
import { syncUseCases } from '../../../shared/composition/sync.ts';
import { webhookUseCases } from '../../../shared/composition/webhook.ts';
import type { Db } from '../../../shared/data/client.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { newSync, type SyncPlan } from '../../../shared/domain/mirror/sync.ts';
import type { SettingsChanges } from '../../../shared/domain/workspaces/settings.ts';
import { linearApi } from '../../../shared/linear/api.ts';
import type { LinearClient } from '../../../shared/linear/client.ts';
import type { TokenSet } from '../../../shared/linear/oauth.ts';
import { readDelivery } from '../../../shared/linear/webhook/delivery.ts';
import type { Vault } from '../../../shared/runtime/vault.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { countedClient } from './counted-client.ts';
import { idsBy } from './human.ts';
import { type Linear, newOrganization } from './organization.ts';
import { noConfluence, notInvoked, silent } from './silent.ts';
import type { Body, Inbox } from './webhook-inbox.ts';

/** What all workspaces of one test file share. */
type Shared = Linear & {
  inbox: Inbox;
  db: Db;
  stores: ReturnType<typeof apiStores> & PollerStores;
  client: LinearClient;
  /** How far Linear's clock is ahead of the real one, in milliseconds. */
  aheadBy: () => number;
};

/** Nothing is sealed in these tests: their tokens come from `holdToken`. */
const noVault: Vault<TokenSet> = {
  seal: () => Promise.reject(new Error('There is nothing to seal.')),
  open: () => Promise.reject(new Error('There is nothing to open.')),
};
/** More than one sync takes here. */
const RUN_MS = 60_000;

/** A new organization, connected, with its projects mirrored and its labels known; its clock is its own. */
export const connectedWorkspace = async (shared: Shared) => {
  const { inbox, db, stores, oauth, post, aheadBy } = shared;
  const { workspaces, projects, features, history } = stores;
  let skewMs = aheadBy();
  const now = () => Date.now() + skewMs;
  const until = () => now() + RUN_MS;

  const { organizationId, graphql, admin, accessToken } = await newOrganization(shared);
  const { appUserId } = await linearApi(shared.client, { accessToken, now }).viewer();
  const id = derivedId('workspace', organizationId);
  await connectWorkspace(
    workspaces,
    { id, now: now() },
    {
      linearOrganizationId: organizationId,
      linearOrganizationName: 'Before it was renamed',
      appUserId,
    },
  );

  const { client, requestsOf } = countedClient(shared.client);
  const needingReauth: string[] = [];
  let heldToken = accessToken;
  let commentKey = 'the first key of comment ids';
  /** What a function of this workspace gets from outside. */
  const outside = {
    ...stores,
    ...silent,
    api: (token: string) => linearApi(client, { accessToken: token, now }),
    oauth,
    vault: noVault,
    tokens: { token: async () => ({ accessToken: heldToken, version: 1 }) },
    needsReauth: async ({ id: lost }: { id: string }) => void needingReauth.push(lost),
    bus: { put: async (_: string, details: readonly object[]) => details.map(() => true) },
    invokeSync: notInvoked,
    invokeWork: notInvoked,
    commentKey: async () => commentKey,
    sleep: async () => {},
    now,
  };
  // Each with caches of its own, as functions have.
  const { receive } = webhookUseCases(outside);
  const { runSync } = syncUseCases(outside);
  const { processFeatures, reconcile } = pollerUseCases(outside);
  const api = apiUseCases({ ...outside, ...noConfluence, startReading: async () => {} });
  await runSync({ workspaceId: id }, until());

  const row = async (): Promise<WorkspaceRow> => {
    const found = await workspaces.get(id);
    if (!found) throw new Error('The workspace is gone.');
    return found;
  };
  const ofOurs = <T extends { workspaceId: string }>(rows: readonly T[]) =>
    rows.filter(({ workspaceId }) => workspaceId === id);

  /** Asks for a sync of everything, or of one project, and runs it. Answers what history says of it. */
  const sync = async (plan: SyncPlan, projectId?: string) => {
    const asked = newSync(`sync-${now()}`, plan, { now: now() });
    const { historyId } =
      (projectId
        ? await projects.askSync(projectId, asked, now())
        : await workspaces.askSync(id, asked, { now: now() })) ?? asked;
    await runSync({ workspaceId: id, projectId }, until());
    return history.get(id, historyId);
  };

  return {
    organizationId,
    workspaceId: id,
    graphql,
    admin,
    api,
    /** What the use cases are made of, and the clock they go by. */
    parts: { deps: { ...stores, linear: api.linear, now }, outside, db, row, client, accessToken },
    /** From now on its requests carry this token. */
    holdToken: (token: string) => {
      heldToken = token;
    },
    /** Replaces the key that comment ids are derived with. */
    rotateKey: () => {
      commentKey = `${commentKey} and another`;
    },
    /** Workspaces whose owner was asked to connect again. */
    needingReauth,
    advance: (ms: number) => {
      skewMs += ms;
    },
    /** A team with two projects that are mirrored, its states by type, and all labels by name. */
    world: async () => {
      const teams = await admin.teams();
      const [team] = teams.toSorted((a, b) => b.projects.nodes.length - a.projects.nodes.length);
      if (!team) throw new Error('There is no team.');
      const ofTeam = team.projects.nodes;
      if (ofTeam.length < 2) {
        ofTeam.push(await admin.createProject('Another', team.id));
        await sync('daily');
      }
      return {
        teamId: team.id,
        projects: ofTeam,
        labels: idsBy(await admin.labels(), 'name'),
        states: idsBy(await admin.statesOf(team.id), 'type'),
      };
    },
    /** The webhooks that were sent since the last call, in the order of their arrival. */
    webhooks: () => inbox.take(organizationId),
    /** Delivers a body now, by Linear's clock, or as late as a retry. */
    deliver: async (body: Body, ageMs = 0) => {
      const delivery = readDelivery(body, Date.now() + aheadBy() + ageMs);
      if (delivery === 'unreadable') throw new Error('Linear sent what we cannot read.');
      return receive(delivery);
    },
    reconcile: async () => reconcile(await row(), until()),
    requestsOf,
    /** Adds rows in bulk, without webhooks. */
    seed: (counts: { projects?: number; issues?: number }) =>
      post(`/_local/seed?organization=${organizationId}`, counts),
    limit: (requests: number) => post(`/_local/limits?organization=${organizationId}`, { requests }),
    askSync: async (plan: SyncPlan, again = false) =>
      (await workspaces.askSync(id, newSync(ulid(now()), plan, { now: now() }), { again, now: now() })) ??
      Promise.reject(new Error('The workspace is not connected.')),
    runSync: (projectId?: string) => runSync({ workspaceId: id, projectId }, until()),
    disconnect: async () => workspaces.disconnect(id, undefined, now()),
    listFeatures: (projectId: string) => features.listByProject(projectId, { limit: 100 }),
    /** What a human admin does in the application's settings. */
    access: (body: { canAccessAllPublicTeams: boolean; teamIds: string[] }) =>
      post(`/_local/access?organization=${organizationId}`, body),
    /** Advances our clock, but not Linear's. */
    pass: (ms: number) => {
      skewMs += ms;
    },
    sync,
    /** Asks, as the API does, and leaves the run to the schedule. */
    archive: async (projectId: string, status: 'active' | 'archived') => {
      const project = await projects.get(projectId);
      if (project) await api.archiveProject(project, status);
    },
    changeSettings: async (changes: SettingsChanges) => api.changeSettings(await row(), changes),
    row,
    project: (linearProjectId: string) => projects.get(derivedId('project', linearProjectId)),
    history: async () => (await history.list(id, { limit: 100 })).items,
    /** Runs requested syncs and serves the workspace until nothing is due within hours. */
    drain: async () => {
      for (let round = 0; round < 10; round++) {
        skewMs += 15 * 60_000;
        const asked = ofOurs(await projects.due(now()));
        for (const project of asked) await runSync({ workspaceId: id, projectId: project.id }, until());
        if ((await row()).sync) await runSync({ workspaceId: id }, until());
        const due = ofOurs(await features.due(now()));
        if (due.length + asked.length === 0) return;
        const ids = due.map((each) => each.id);
        await processFeatures(await row(), ids, until());
      }
      throw new Error('Something stays due for ever.');
    },
    feature: (issueId: string) => features.get(derivedId('feature', issueId)),
  };
};

export type ConnectedWorkspace = Awaited<ReturnType<typeof connectedWorkspace>>;
