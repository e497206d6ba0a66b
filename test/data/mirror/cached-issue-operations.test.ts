import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { webhookStores } from '../../../shared/composition/mirror-stores.ts';
import { webhookUseCases } from '../../../shared/composition/webhook.ts';
import type { Db } from '../../../shared/data/client.ts';
import { linearIssuesTable } from '../../../shared/data/mirror/linear-issues.ts';
import { transact } from '../../../shared/data/transaction.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { readDelivery } from '../../../shared/linear/webhook/delivery.ts';
import type { ReceiveDelivery } from '../../../shared/use-cases/mirror/receive-delivery.ts';
import { issueSnapshot, TRIGGER, webhookExample } from '../../../testing/builders.ts';
import { linearProjects } from '../../../testing/deliveries.ts';
import { connectOrganization } from '../../../testing/organization.ts';
import { startTables, type TestTables, tableNames } from '../../../testing/tables.ts';
import { notInvoked } from '../../support/in-process/silent.ts';

const HOUR_MS = 3_600_000;
const STORY = { id: 'label-story', name: 'safe:story' };
const ENABLER = { id: 'label-enabler', name: 'Enabler:Exploration' };

let tables: TestTables;
let receive: ReceiveDelivery;
let workspaceId: string;
let clock: number;
let issues = 0;
/** The issue of the test that runs. It is bound to an item. */
let id: string;

const rows = () => linearIssuesTable(tables.db, 'linear_issues');
const row = async () => (await rows().find(workspaceId, id)) ?? expect.fail('There is no row.');
const { data: example, organizationId } = webhookExample('01-issue-create');

beforeAll(async () => {
  tables = await startTables();
  await connectOrganization(tables.db, linearProjects(1));
  workspaceId = derivedId('workspace', String(organizationId));
  clock = Date.now();
  const stores = webhookStores(tables.db, tableNames);
  ({ receive } = webhookUseCases({ ...stores, invokeWork: notInvoked, now: () => clock }));
  await deliver({ labels: [TRIGGER], id: 'warms-the-caches' });
});
afterAll(() => tables?.stop());
beforeEach(async () => {
  id = `issue-${issues++}-of-these`;
  clock += 1_000;
  const snapshot = issueSnapshot({ id, labels: [STORY], updatedAt: iso() }, iso());
  const of = { workspaceId, tenancy: 0, sessionId: 'a-session', itemId: 'an-item' };
  await transact(tables.db, [rows().bind(snapshot, of, clock)]);
});

const iso = () => new Date(clock).toISOString();
/** Delivers an event of the issue, a second after the last. */
const deliver = async (
  changes: object,
  { action = 'update', updatedFrom = { title: 'Before' } as object, ageMs = 0 } = {},
) => {
  clock += 1_000;
  const data = {
    ...example,
    id,
    project: null,
    projectId: 'project-0',
    labels: [STORY],
    updatedAt: iso(),
    ...changes,
  };
  const body = {
    ...webhookExample('01-issue-create'),
    ...{ action, updatedFrom, data, createdAt: iso(), webhookTimestamp: clock },
  };
  clock += ageMs;
  const delivery = readDelivery(Buffer.from(JSON.stringify(body)), clock);
  if (delivery === 'unreadable') throw new Error('The delivery cannot be read.');
  tables.operations();
  const outcome = await receive(delivery);
  // The clock passes the caches' minute, and then the workspace is read again.
  const isCached = (operation: string) => /^GetItem (workspaces|projects)$/.test(operation);
  return { outcome, operations: tables.operations().filter((each) => !isCached(each)) };
};
const once = ['UpdateItem linear_issues'];

test.each([
  ['title', { title: 'After' }],
  ['description', { description: 'After. '.repeat(20_000) }],
  ['stateId', { state: { id: 's', name: 'Done', type: 'completed' } }],
  ['labelIds', { labels: [ENABLER] }],
  ['projectId', { projectId: 'elsewhere' }],
  ['teamId', { teamId: 'another-team', identifier: 'OPS-3' }],
  ['projectMilestoneId', { projectMilestoneId: 'a-milestone' }],
])('a change of the %s of a planned issue costs one write', async (field, changes) => {
  const delivered = await deliver(changes, { updatedFrom: { [field]: null } });
  expect(delivered).toEqual({ outcome: 'written', operations: once });
  const { issue, identifier, linearUpdatedAt } = await row();
  const [shown, value] = Object.entries(changes)[0] ?? [];
  if (shown === 'projectMilestoneId') expect(issue.milestoneId).toBe('a-milestone');
  else if (shown === 'description') expect(rows().descriptionOf(await row())).toBe(value);
  else expect(issue[shown as 'title']).toEqual(value);
  if (shown === 'teamId') expect(identifier).toBe('OPS-3');
  expect(Date.parse(linearUpdatedAt)).toBe(clock);
});

test('the same event again, and an older one, cost one write that is refused', async () => {
  await deliver({ title: 'After' });
  const before = await row();
  const { updatedAt, linearUpdatedAt } = before;
  clock -= 1_000;
  expect(await deliver({ title: 'After' })).toEqual({ outcome: 'unchanged', operations: once });
  clock -= 2_000;
  expect(await deliver({ title: 'Older' })).toEqual({ outcome: 'stale', operations: once });
  expect(await row()).toEqual({ ...before, updatedAt, linearUpdatedAt });
});

test('two events of one millisecond that show different things make the row due, so that a read decides', async () => {
  await rows().settle(await row(), clock);
  await deliver({ title: 'One' });
  clock -= 1_000;
  expect((await deliver({ title: 'Other' })).outcome).toBe('tied');
  expect(await row()).toMatchObject({ issue: { title: 'One' } });
  expect(await rows().due(workspaceId, clock, 100)).toContain(id);
});

test('an issue that is bound to nothing costs one write that is refused, and gets no row', async () => {
  const stranger = await deliver({ id: 'bound-to-nothing' });
  expect(stranger).toEqual({ outcome: 'untracked', operations: once });
  expect(await rows().find(workspaceId, 'bound-to-nothing')).toBeUndefined();
});

test('what the first half writes costs no second operation', async () => {
  const isLabelled = { updatedFrom: { labelIds: [STORY.id] } };
  const labelled = await deliver({ labels: [STORY, TRIGGER], title: 'Handed over' }, isLabelled);
  expect(labelled.operations).toEqual(['UpdateItem features']);
  const withdrawn = await deliver({ title: 'Taken back' }, { updatedFrom: { labelIds: [TRIGGER.id] } });
  expect(withdrawn).toEqual({ outcome: 'withdrawn', operations: ['UpdateItem features'] });
  expect((await row()).issue.title).toBe(example.title);
});

test('an event of an issue without a planning label, or of nothing that is mapped, costs nothing', async () => {
  for (const labels of [[], [{ id: 'l', name: 'web' }], [{ id: 'l', name: 'unsafe:story' }]])
    expect(await deliver({ labels })).toEqual({ outcome: 'untracked', operations: [] });
  const sorted = await deliver({}, { updatedFrom: { sortOrder: 1 } });
  expect(sorted).toEqual({ outcome: 'unchanged', operations: [] });
});

test.each([
  ['trashed', { trashed: true }, 'update', 'deleted'],
  ['archived', { archivedAt: '2026-01-01T00:00:00.000Z' }, 'update', 'archived'],
  ['removed', {}, 'remove', 'deleted'],
])('an issue that is %s keeps its row, which says so', async (_, changes, action, archived) => {
  const updatedFrom = action === 'update' ? { trashed: null, archivedAt: null } : undefined;
  expect((await deliver(changes, { action, ...(updatedFrom && { updatedFrom }) })).operations).toEqual(once);
  expect(await row()).toMatchObject({ itemId: 'an-item', issue: { archived } });
});

test('a late event changes nothing but that the row is due, and only if it is news', async () => {
  const before = await row();
  await rows().settle(before, clock);
  const settled = await row();
  const late = await deliver({ title: 'Late' }, { ageMs: HOUR_MS });
  expect(late).toEqual({ outcome: 'hinted', operations: once });
  const { dueAt, ...hinted } = await row();
  expect({ ...hinted, dueAt: settled.dueAt }).toEqual(settled);
  expect((dueAt ?? '') < new Date(clock + 1).toISOString()).toBe(true);
  await deliver({ title: 'Known' });
  const { linearUpdatedAt: updatedAt } = await row();
  const known = await deliver({ title: 'Known', updatedAt }, { ageMs: HOUR_MS });
  expect(known).toEqual({ outcome: 'untracked', operations: once });
});

test('an issue that is too large for a row makes the row due, so that Linear need not send it again', async () => {
  const labels = Array.from({ length: 200 }, (_, n) => ({ id: `l${n}`, name: 'x'.repeat(200) }));
  const { outcome, operations } = await deliver({ labels: [STORY, ...labels] });
  expect({ outcome, operations }).toEqual({ outcome: 'hinted', operations: once });
});

test('another organization cannot change the row, whatever id it sends', async () => {
  await connectOrganization(tables.db, [], 'another-organization');
  const before = await row();
  clock += 61_000;
  const body = {
    ...webhookExample('01-issue-create'),
    data: { ...example, id, labels: [STORY], title: 'Theirs', updatedAt: iso() },
    organizationId: 'another-organization',
    action: 'update',
    createdAt: iso(),
    webhookTimestamp: clock,
  };
  const delivery = readDelivery(Buffer.from(JSON.stringify(body)), clock);
  if (delivery === 'unreadable') throw new Error('The delivery cannot be read.');
  expect(await receive(delivery)).toBe('untracked');
  expect(await row()).toEqual(before);
});

test('an identifier that only the index still shows finds nothing', async () => {
  const { client } = tables.db;
  const send = async (command: object) =>
    command instanceof QueryCommand
      ? { Items: [{ id: { S: `${workspaceId}#${id}` } }] }
      : client.send(command as QueryCommand);
  const lagging = { ...tables.db, client: { send } } as unknown as Db;
  const { identifier } = await row();
  expect(await linearIssuesTable(lagging, 'linear_issues').find(workspaceId, 'OLD-9')).toBeUndefined();
  expect(await linearIssuesTable(lagging, 'linear_issues').find(workspaceId, identifier)).toEqual(
    await row(),
  );
});
