import { afterAll, beforeAll, expect, test } from 'vitest';
import { webhookStores } from '../../../shared/composition/mirror-stores.ts';
import { webhookUseCases } from '../../../shared/composition/webhook.ts';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { readDelivery } from '../../../shared/linear/webhook/delivery.ts';
import type { ReceiveDelivery } from '../../../shared/use-cases/mirror/receive-delivery.ts';
import { TRIGGER, webhookExample } from '../../../testing/builders.ts';
import { deliveries, deliveryKinds, linearProjects, type SampleKind } from '../../../testing/deliveries.ts';
import { connectOrganization } from '../../../testing/organization.ts';
import { startTables, type TestTables, tableNames } from '../../../testing/tables.ts';
import { notInvoked } from '../../support/in-process/silent.ts';

const PROJECTS = 5;
const now = Date.now;
const spent = new Map<SampleKind, string[][]>(deliveryKinds.map((kind) => [kind, []]));

/** The use case as a separate container has it, with its own caches. */
const receiving = (clock: () => number) =>
  webhookUseCases({ ...webhookStores(tables.db, tableNames), invokeWork: notInvoked, now: clock }).receive;

let tables: TestTables;
let receive: ReceiveDelivery;
beforeAll(async () => {
  tables = await startTables();
  await connectOrganization(tables.db, linearProjects(PROJECTS));
  receive = receiving(now);
  tables.operations();
  for (const { kind, body } of deliveries({ count: 400, projects: PROJECTS })) {
    const delivery = readDelivery(body, now());
    if (delivery === 'unreadable') throw new Error('A delivery of the mix cannot be read.');
    await receive(delivery);
    spent.get(kind)?.push(tables.operations());
  }
});
afterAll(() => tables.stop());

const writesOf = (kind: SampleKind) =>
  spent.get(kind)?.map((operations) => operations.filter((operation) => !operation.startsWith('Get')));

test.each(['new', 'update', 'duplicate', 'stale'] as const)(
  'a delivery that is %s costs one write',
  (kind) => {
    expect(writesOf(kind)?.length).toBeGreaterThan(10);
    for (const writes of writesOf(kind) ?? []) expect(writes).toEqual(['UpdateItem features']);
  },
);

test.each(['irrelevant', 'unmapped'] as const)('a delivery that is %s costs no write', (kind) => {
  expect(writesOf(kind)?.length).toBeGreaterThan(10);
  for (const writes of writesOf(kind) ?? []) expect(writes).toEqual([]);
});

const issueOf = (project: string, labels: object[], changes: object = {}) => {
  const example = webhookExample('01-issue-create');
  const at = { createdAt: new Date(now()).toISOString(), webhookTimestamp: now() };
  const data = { ...example.data, id: `issue-in-${project}`, projectId: project, labels };
  const { project: _, ...rest } = data as Record<string, unknown>;
  return Buffer.from(JSON.stringify({ ...example, ...at, data: rest, ...changes }));
};
const deliver = async (body: Buffer) => {
  const delivery = readDelivery(body, now());
  if (delivery === 'unreadable') throw new Error('The delivery cannot be read.');
  tables.operations();
  return { outcome: await receive(delivery), operations: tables.operations() };
};

test('an issue without the label costs no read of its project', async () => {
  const { outcome, operations } = await deliver(issueOf('never-seen', []));
  expect({ outcome, operations }).toEqual({ outcome: 'untracked', operations: [] });
});

test('a sub-issue costs one more write for each parent that the event concerns, and none for other edits', async () => {
  const edited = (updatedFrom: object | undefined, labels: object[] = [TRIGGER]) => {
    const body = JSON.parse(issueOf('project-1', labels, { action: 'update', updatedFrom }).toString());
    const updatedAt = new Date(now()).toISOString();
    Object.assign(body.data, { id: 'sub-issue', parentId: 'its-parent', updatedAt });
    return deliver(Buffer.from(JSON.stringify(body)));
  };
  const writes = (times: number) => Array<string>(times).fill('UpdateItem features');
  await edited({ labelIds: [] });
  expect((await edited({ title: 'before' })).operations).toEqual(writes(1));
  expect((await edited({ labelIds: [] })).operations).toEqual(writes(2));
  expect((await edited({ parentId: 'its-former-parent' })).operations).toEqual(writes(3));
  expect((await edited({ stateId: 'before' }, [])).operations).toEqual([]);
  // No rows were created for parents that are not features.
  const features = featuresTable(tables.db, 'features');
  const ids = ['its-parent', 'its-former-parent'].map((id) => derivedId('feature', id));
  expect(await features.getMany(ids)).toEqual([]);
});

test('an unknown organization is looked up only now and then, and is served soon after it connects', async () => {
  let time = now();
  const late = receiving(() => time);
  const organizationId = 'an-unknown-organization';
  const delivery = () => {
    const read = readDelivery(issueOf('project-0', [], { organizationId }), now());
    if (read === 'unreadable') throw new Error('The delivery cannot be read.');
    return read;
  };
  tables.operations();
  for (let times = 0; times < 20; times++) expect(await late(delivery())).toBe('unknown_organization');
  expect(tables.operations()).toHaveLength(2);
  await connectOrganization(tables.db, [], organizationId);
  time += 11_000;
  expect(await late(delivery())).toBe('untracked');
});

test('a labelled issue is mirrored even if its project was recently looked up and not found', async () => {
  const moved = issueOf('just-made', [], {
    action: 'update',
    updatedFrom: { labelIds: [TRIGGER.id] },
  });
  await deliver(moved);
  const labelled = JSON.parse(issueOf('just-made', [TRIGGER]).toString());
  labelled.data.project = { id: 'just-made', name: 'Just made', url: 'https://linear.app/p' };
  labelled.data.id = 'issue-made';
  expect((await deliver(Buffer.from(JSON.stringify(labelled)))).outcome).toBe('written');
});

test('an organization is served soon after it reconnects', async () => {
  let time = now();
  const late = receiving(() => time);
  const organizationId = 'a-returning-organization';
  const id = await connectOrganization(tables.db, [], organizationId);
  const workspaces = workspacesTable(tables.db, 'workspaces');
  await workspaces.disconnect(id, undefined, now());
  const delivery = readDelivery(issueOf('project-0', [], { organizationId }), now());
  if (delivery === 'unreadable') throw new Error('The delivery cannot be read.');
  expect(await late(delivery)).toBe('unknown_organization');
  await connectOrganization(tables.db, [], organizationId);
  time += 11_000;
  expect(await late(delivery)).toBe('untracked');
});

test('after a revocation deliveries only ask for a read, until a probe of the token decides', async () => {
  const example = webhookExample('07-oauthapp-revoked');
  const at = { createdAt: new Date(now()).toISOString(), webhookTimestamp: now() };
  expect((await deliver(Buffer.from(JSON.stringify({ ...example, ...at })))).outcome).toBe('noted');
  const labelled = JSON.parse(issueOf('project-0', [TRIGGER]).toString());
  labelled.data.id = 'after-revocation';
  expect((await deliver(Buffer.from(JSON.stringify(labelled)))).outcome).toBe('hinted');
  const row = await featuresTable(tables.db, 'features').get(derivedId('feature', 'after-revocation'));
  expect(row).toMatchObject({ dueAt: expect.any(String) });
  expect(row?.issue).toBeUndefined();
  const project = { ...webhookExample('05-project-update'), ...at };
  expect((await deliver(Buffer.from(JSON.stringify(project)))).outcome).toBe('hinted');
});

test('the organization and each project are read once for all deliveries', () => {
  const all = [...spent.values()].flat(2);
  const reads = all.filter((operation) => operation.startsWith('Get'));
  expect(reads.sort()).toEqual([...Array(PROJECTS).fill('GetItem projects'), 'GetItem workspaces']);
});
