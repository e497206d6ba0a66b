import { pollerUseCases } from '../../shared/composition/poller.ts';
import { pollerStores } from '../../shared/composition/poller-stores.ts';
import { webhookUseCases } from '../../shared/composition/webhook.ts';
import type { Blocker } from '../../shared/domain/features/dependencies.ts';
import { derivedId } from '../../shared/domain/ids.ts';
import type { IssueSnapshot } from '../../shared/domain/mirror/issue.ts';
import type { LinearApi } from '../../shared/linear/api.ts';
import { readDelivery } from '../../shared/linear/webhook/delivery.ts';
import { TRIGGER } from '../../testing/builders.ts';
import { linearProjects, newIssue } from '../../testing/deliveries.ts';
import { connectOrganization } from '../../testing/organization.ts';
import { type TestTables, tableNames } from '../../testing/tables.ts';

const RUN_MS = 60_000;
const DONE = { id: 'done', name: 'Done', color: '#fff', type: 'completed' };

/** Stands for services that processing does not call. */
const unneeded = {} as never;

/**
 * A connected workspace with one project, whose webhooks and poller run in this process. Its Linear is a map of issues
 * that answers the one request of processing. The clock stands still until it is advanced.
 */
export const startIssuesPoller = async ({ db }: TestTables) => {
  let time = Date.now();
  const now = () => time;
  const issues = new Map<string, IssueSnapshot>();
  const blockers = new Map<string, Blocker[]>();
  const linear: Pick<LinearApi, 'issuesAndComments'> = {
    issuesAndComments: async (issueIds) => ({
      issues: { items: issueIds.flatMap((id) => issues.get(id) ?? []), unreadable: [] },
      comments: [],
      links: new Map(),
      withSubIssues: new Set(),
      blockers: new Map(issueIds.map((id) => [id, { blockers: blockers.get(id) ?? [], hidden: 0 }])),
    }),
  };

  const workspaceId = await connectOrganization(db, linearProjects(1));
  const stores = pollerStores(db, tableNames);
  const { workspaces, features } = stores;
  const { processFeatures } = pollerUseCases({
    ...stores,
    api: () => linear as LinearApi,
    oauth: unneeded,
    vault: unneeded,
    tokens: { token: async () => ({ accessToken: 'bench', version: 1 }) },
    needsReauth: unneeded,
    bus: unneeded,
    invokeSync: unneeded,
    sleep: unneeded,
    warn() {},
    error() {},
    count() {},
    now,
  });

  const row = async () => {
    const found = await workspaces.get(workspaceId);
    if (!found) throw new Error('The workspace was not connected.');
    return found;
  };
  const process = async (issueId: string) =>
    processFeatures(await row(), [derivedId('feature', issueId)], now() + RUN_MS);

  /** Changes an issue in Linear, and delivers the webhook to a function that has nothing in its caches. */
  const change = async (id: string, envelope: object, data: object) => {
    time += 1_000;
    const body = JSON.parse(newIssue(0, { now: time, projects: 1 }).toString());
    // An item above 1 kB is billed another unit, so the description is short.
    const fields = { id, identifier: id, description: '', updatedAt: new Date(time).toISOString(), ...data };
    const bytes = Buffer.from(JSON.stringify({ ...body, ...envelope, data: { ...body.data, ...fields } }));
    const delivery = readDelivery(bytes, time);
    if (delivery === 'unreadable' || delivery.is !== 'issue') throw new Error('The webhook is no issue.');
    issues.set(id, delivery.issue);
    await webhookUseCases({ ...stores, invokeWork: async () => {}, now }).receive(delivery);
  };
  const unlabelled = { labels: [], labelIds: [] };

  return {
    workspaces,
    features,
    row,
    process,
    now,
    advance: (ms: number) => {
      time += ms;
    },
    create: (id: string) => change(id, { action: 'create' }, { labels: [TRIGGER], labelIds: [TRIGGER.id] }),
    createUnlabelled: (id: string) => change(id, { action: 'create' }, unlabelled),

    /** An issue begins to block a feature. A reconcile finds the relation and makes the feature due. */
    async block(id: string, blockerId: string) {
      blockers.set(id, [{ linearIssueId: blockerId, identifier: blockerId, state: 'open' }]);
      await features.makeDependentDue(derivedId('feature', id), workspaceId, now());
      await process(id);
    },

    /** An issue without the label, which blocks features, is completed. Its webhook arrives. */
    async complete(blockerId: string) {
      for (const [id, of] of blockers)
        blockers.set(
          id,
          of.map((blocker) =>
            blocker.linearIssueId === blockerId ? { ...blocker, state: 'done' } : blocker,
          ),
        );
      const envelope = { action: 'update', updatedFrom: { stateId: 'before' } };
      await change(blockerId, envelope, { ...unlabelled, state: DONE, stateId: DONE.id });
    },
  };
};
