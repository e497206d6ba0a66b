import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { readDelivery } from '../../shared/linear/delivery.ts';
import { type ReceiveDelivery, receiveDelivery } from '../../shared/use-cases/receive-delivery.ts';
import { ingestion } from '../../shared/wiring-ingestion.ts';
import { type DeliveryKind, deliveries, deliveryKinds, linearProjects } from '../support/deliveries.ts';
import { connectOrganization } from '../support/organization.ts';
import { startTables, type TestTables } from '../support/tables.ts';

const PROJECTS = 5;
const now = Date.now;
const spent = new Map<DeliveryKind, string[][]>(deliveryKinds.map((kind) => [kind, []]));

let tables: TestTables;
let receive: ReceiveDelivery;
beforeAll(async () => {
  tables = await startTables();
  await connectOrganization(tables.db, linearProjects(PROJECTS));
  const workspaces = workspacesTable(tables.db, 'workspaces');
  const names = { PROJECTS_TABLE: 'projects', FEATURES_TABLE: 'features' };
  receive = receiveDelivery({ workspaces, ...ingestion(tables.db, names, { workspaces, now }), now });
  tables.operations();
  for (const { kind, body } of deliveries({ count: 400, projects: PROJECTS })) {
    const delivery = readDelivery(body, now());
    if (delivery === 'unreadable') throw new Error('A delivery of the mix cannot be read.');
    await receive(delivery);
    spent.get(kind)?.push(tables.operations());
  }
});
afterAll(() => tables.stop());

const writesOf = (kind: DeliveryKind) =>
  spent.get(kind)?.map((operations) => operations.filter((operation) => !operation.startsWith('Get')));

test.each(['new', 'update', 'duplicate', 'stale'] as const)(
  'a delivery that is %s costs one write',
  (kind) => {
    expect(writesOf(kind)?.length).toBeGreaterThan(10);
    for (const writes of writesOf(kind) ?? []) expect(writes).toEqual(['UpdateItem features']);
  },
);

test.each(['irrelevant', 'unmapped'] as const)('one that is %s costs none', (kind) => {
  expect(writesOf(kind)?.length).toBeGreaterThan(10);
  for (const writes of writesOf(kind) ?? []) expect(writes).toEqual([]);
});

test('a route is read once: the organization, and each project', () => {
  const all = [...spent.values()].flat(2);
  const reads = all.filter((operation) => operation.startsWith('Get'));
  expect(reads.sort()).toEqual([...Array(PROJECTS).fill('GetItem projects'), 'GetItem workspaces']);
});
