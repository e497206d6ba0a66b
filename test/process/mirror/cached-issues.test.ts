import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { transact } from '../../../shared/data/transaction.ts';
import { tamper } from '../../../testing/tables.ts';
import {
  act,
  crashAt,
  create,
  deliverAll,
  dropAll,
  ingestion,
  newLabel,
  newWorkspace,
  otherTeam,
  startMirror,
  stopMirror,
  workspace,
  world,
} from '../../support/in-process/mirrored.ts';
import { startPoller } from '../../support/in-process/poller.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

beforeAll(startMirror, 60_000);
afterAll(stopMirror);
beforeEach(newWorkspace);

const cache = () => workspace.parts.deps.linearIssues;
const row = async (id: string) => (await cache().find(workspace.workspaceId, id)) ?? expect.fail('no row');

/** Binds issues to items, from what a read shows of them. */
const bind = async (ids: readonly string[], tenancy = 0) => {
  const { workspaceId, parts } = workspace;
  const { issues } = await parts.deps.linear(workspaceId, (api) => api.issuesAndComments(ids));
  for (const issue of issues.items) {
    const of = { workspaceId, tenancy, sessionId: 'a-session', itemId: `item-of-${issue.id}` };
    await transact(parts.db, [cache().bind(issue, of, parts.deps.now())]);
  }
};
/** Issues of a plan that are bound to items and were read since. */
const planned = async (count: number, labels: readonly string[] = []) => {
  const label = await newLabel('safe:story');
  const ids: string[] = [];
  while (ids.length < count) ids.push(await create({ labelIds: [label, ...labels] }));
  await dropAll();
  await bind(ids);
  // Until the reconcile does not read the overlap before the watermark again.
  for (let times = 0; times < 3; times++) {
    await workspace.reconcile();
    workspace.pass(6 * MINUTE_MS);
  }
  return { ids, id: ids[0] ?? '', label };
};
const dropped = async (id: string, input: Record<string, unknown>) => {
  await workspace.admin.edit(id, input);
  await dropAll();
};
const operations = async (of: () => Promise<unknown>) => {
  ingestion.operations();
  await of();
  return ingestion.operations().filter((operation) => operation.endsWith(' linear_issues'));
};

test('a reconcile that finds nothing new sends one request and writes no row', async () => {
  await planned(3);
  const requests = await workspace.requestsOf(async () => {
    expect(await operations(workspace.reconcile)).toEqual(['Query linear_issues']);
  });
  expect(requests).toBe(1);
});

test('rows that were not read for a day are read fifty at a time, with what the reconcile reads', async () => {
  const { ids, id, label } = await planned(60);
  // Renaming a label changes no issue.
  const rename =
    'mutation($id: String!) { issueLabelUpdate(id: $id, input: { name: "Safe:Story" }) { success } }';
  await act(rename, { id: label });
  await dropAll();
  await workspace.reconcile();
  expect((await row(id)).issue.labels).toContainEqual({ id: label, name: 'safe:story' });
  workspace.pass(DAY_MS);
  expect(await workspace.requestsOf(workspace.reconcile)).toBe(2);
  for (const each of await cache().getMany(workspace.workspaceId, ids))
    expect(each.issue.labels).toContainEqual({ id: label, name: 'Safe:Story' });
  expect(await cache().due(workspace.workspaceId, workspace.parts.deps.now(), 100)).toEqual([]);
});

test('a reconcile that dies leaves the rows due that it has not read', async () => {
  const { ids } = await planned(60);
  workspace.pass(DAY_MS);
  await workspace.requestsOf(() => workspace.reconcile().catch(() => undefined), crashAt(2));
  const left = await cache().due(workspace.workspaceId, workspace.parts.deps.now(), 100);
  // The request also read what features the workspace had before.
  expect(left.length).toBeGreaterThanOrEqual(10);
  expect(left.length).toBeLessThan(20);
  await workspace.reconcile();
  expect(await cache().due(workspace.workspaceId, workspace.parts.deps.now(), 100)).toEqual([]);
  expect(ids).toHaveLength(60);
});

test('an issue that loses its planning label unnoticed is followed by the reconcile', async () => {
  const { id, label } = await planned(1);
  await dropped(id, { removedLabelIds: [label], title: 'Without a label' });
  await workspace.reconcile();
  expect((await row(id)).issue).toMatchObject({ title: 'Without a label', labels: [] });
});

test('an issue that is handed over is cached when its feature is processed, without a request of its own', async () => {
  const { id } = await planned(1);
  const poller = startPoller(workspace);
  await workspace.admin.edit(id, { addedLabelIds: [world.labels.omakase] });
  expect(await operations(deliverAll)).toEqual([]);
  // The reconcile, which is due too, comes after it.
  const [read, written] = await operations(() => poller.serve([id]));
  expect([read, written]).toEqual(['BatchGetItem linear_issues', 'UpdateItem linear_issues']);
  expect((await row(id)).issue.labels.map(({ name }) => name)).toContain('omakase');
  expect(await workspace.feature(id)).toMatchObject({ status: 'pending', claimAt: expect.any(String) });
});

test('an event that wakes a feature costs one write, and the processing caches the issue', async () => {
  const { id } = await planned(1);
  const waiting = await create();
  await act(
    'mutation($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) { success } }',
    {
      input: { issueId: id, relatedIssueId: waiting, type: 'blocks' },
    },
  );
  await deliverAll();
  const poller = startPoller(workspace);
  await poller.drain();
  workspace.pass(2 * MINUTE_MS);
  await workspace.admin.move(id, world.states.completed);
  ingestion.operations();
  await deliverAll();
  const writes = ingestion.operations().filter((operation) => operation.startsWith('UpdateItem'));
  expect(writes).toEqual(['UpdateItem features']);
  await poller.serve([id]);
  expect((await row(id)).issue.state.type).toBe('completed');
});

test('an issue that moves to another team and project is found by its new identifier only', async () => {
  const { id } = await planned(1);
  const { identifier } = await row(id);
  await workspace.admin.edit(id, { teamId: await otherTeam(), projectId: null });
  await deliverAll();
  const moved = await row(id);
  expect(moved.identifier).not.toBe(identifier);
  expect(moved.issue.projectId).toBeNull();
  expect(await cache().find(workspace.workspaceId, moved.identifier)).toEqual(moved);
  expect(await cache().find(workspace.workspaceId, identifier)).toBeUndefined();
});

test('of two rows with one identifier the one that was read last is found', async () => {
  const { ids } = await planned(2);
  const [outdated = '', current = ''] = ids;
  const { identifier } = await row(current);
  const key = { id: `${workspace.workspaceId}#${outdated}` };
  await tamper(workspace.parts.db, 'linear_issues', key, { set: { identifier } });
  for (const read of [current, outdated]) {
    workspace.pass(1_000);
    await cache().settle(await row(read), workspace.parts.deps.now());
    expect((await cache().find(workspace.workspaceId, identifier))?.linearIssueId).toBe(read);
  }
});

test('an issue that Linear no longer shows counts as absent after ten minutes, and comes back', async () => {
  const { id } = await planned(1);
  const at = async (ms: number) => {
    workspace.pass(ms);
    await workspace.reconcile();
    return row(id);
  };
  const show = async (isShown: boolean) => {
    const teamIds = isShown ? [] : [(await otherTeam()) ?? ''];
    await workspace.access({ canAccessAllPublicTeams: isShown, teamIds });
    await dropAll();
  };
  await show(false);
  expect(await at(DAY_MS)).toMatchObject({ absentSince: expect.any(String) });
  await show(true);
  expect((await at(11 * MINUTE_MS)).absentSince).toBeUndefined();

  await show(false);
  await at(DAY_MS);
  expect((await at(9 * MINUTE_MS)).isAbsent).toBeUndefined();
  expect(await at(2 * MINUTE_MS)).toMatchObject({ isAbsent: true, itemId: `item-of-${id}` });
  await dropped(id, { title: 'Renamed meanwhile' });
  await show(true);
  const { isAbsent, absentSince, issue } = await at(DAY_MS);
  expect([isAbsent, absentSince, issue.title]).toEqual([undefined, undefined, 'Renamed meanwhile']);
});

test('a row of an earlier tenancy is read no more, until a later one binds the issue', async () => {
  const { id } = await planned(1);
  await tamper(workspace.parts.db, 'workspaces', { id: workspace.workspaceId }, { set: { tenancy: 1 } });
  workspace.pass(DAY_MS);
  await dropped(id, { title: 'For somebody else' });
  await workspace.reconcile();
  expect((await row(id)).dueAt).toBeUndefined();
  expect(await operations(workspace.reconcile)).not.toContain('UpdateItem linear_issues');
  await bind([id], 1);
  await workspace.reconcile();
  expect(await row(id)).toMatchObject({ tenancy: 1, issue: { title: 'For somebody else' } });
});

test('an edit between the read of an issue and its binding is not lost', async () => {
  const { parts, workspaceId } = workspace;
  const id = await create({ labelIds: [await newLabel('safe:story')] });
  const { issues } = await parts.deps.linear(workspaceId, (api) => api.issuesAndComments([id]));
  const [snapshot] = issues.items;
  if (!snapshot) throw new Error('Linear does not show the issue.');
  await workspace.admin.edit(id, { title: 'Edited meanwhile' });
  await deliverAll();
  for (let times = 0; times < 3; times++) {
    await workspace.reconcile();
    workspace.pass(6 * MINUTE_MS);
  }
  const of = { workspaceId, tenancy: 0, sessionId: 'a-session', itemId: 'an-item' };
  await transact(parts.db, [cache().bind(snapshot, of, parts.deps.now())]);
  await workspace.reconcile();
  expect((await row(id)).issue.title).toBe('Edited meanwhile');
});

test('an issue that is bound again keeps what its row shows', async () => {
  const { id } = await planned(1);
  const { parts, workspaceId } = workspace;
  const { issues } = await parts.deps.linear(workspaceId, (api) => api.issuesAndComments([id]));
  await workspace.admin.edit(id, { title: 'Newer' });
  await deliverAll();
  const [older] = issues.items;
  if (!older) throw new Error('Linear does not show the issue.');
  const of = { workspaceId, tenancy: 0, sessionId: 'another-session', itemId: 'another-item' };
  await transact(parts.db, [cache().bind(older, of, parts.deps.now())]);
  expect(await row(id)).toMatchObject({ ...of, issue: { title: 'Newer' } });
});
