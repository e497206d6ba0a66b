import { afterAll, beforeAll, expect, test } from 'vitest';
import { membershipsTable } from '../../../shared/data/workspaces/memberships.ts';
import { ownership } from '../../../shared/data/workspaces/ownership.ts';
import { workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { connectsAs, roleIn } from '../../../shared/domain/workspaces/membership.ts';
import { defaultSettings } from '../../../shared/domain/workspaces/settings.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-28T10:00:00.000Z');
let tables: TestTables;
let workspaces: ReturnType<typeof workspacesTable>;
let memberships: ReturnType<typeof membershipsTable>;
let owners: ReturnType<typeof ownership>;
let number = 0;

beforeAll(async () => {
  tables = await startTables();
  workspaces = workspacesTable(tables.db, 'workspaces');
  memberships = membershipsTable(tables.db, 'memberships');
  owners = ownership(tables.db, { workspaces: 'workspaces', memberships: 'memberships' });
}, 60_000);
afterAll(() => tables?.stop());

const row = async (id: string) => {
  const found = await workspaces.get(id);
  if (!found) throw new Error(`There is no workspace ${id}.`);
  return found;
};
const role = async (sub: string, id: string) => roleIn(await row(id), sub, await memberships.get(sub, id));

/** Connects as the callback does, from a row that it reads now or read earlier. */
const connectAs = async (ownerId: string, id: string, read?: Parameters<typeof connectsAs>[0]) => {
  const workspace = read ?? (await workspaces.get(id));
  const as = connectsAs(workspace, ownerId, await memberships.get(ownerId, id));
  if (as === 'nobody') return 'nobody';
  const fields = {
    linearOrganizationId: `org-${id}`,
    linearOrganizationName: 'Acme',
    linearDefaultTeamId: undefined,
    appUserId: 'app',
    sealedTokens: `sealed by ${ownerId}`,
    tokenExpiresAt: new Date(NOW).toISOString(),
    settings: defaultSettings,
    sync: newSync('history', 'connect', { now: NOW }),
  };
  const stored = await workspaces.connect(
    { id, ownerId, ...fields },
    { as, tenancy: workspace?.tenancy ?? 0, now: NOW },
  );
  if (stored.is !== 'connected') return stored.is;
  if (as !== 'member') await memberships.addOwner(ownerId, id, stored.tenancy);
  return as;
};
const owned = async (): Promise<string> => {
  const id = `workspace-${number++}`;
  await connectAs('owner', id);
  return id;
};
const join = async (sub: string, id: string) => {
  const { tenancy } = await row(id);
  await memberships.invite(sub, id, { tenancy, by: 'owner', now: NOW });
  return memberships.accept(sub, id, tenancy);
};

test('an invitation does not change a member’s role, and cannot be accepted after it was withdrawn', async () => {
  const id = await owned();
  expect(await join('member', id)).toBe(true);
  await memberships.invite('member', id, { tenancy: 0, by: 'owner', now: NOW });
  expect(await role('member', id)).toBe('member');
  await memberships.invite('owner', id, { tenancy: 0, by: 'owner', now: NOW });
  expect(await role('owner', id)).toBe('owner');
  await memberships.remove('member', id, 0);
  expect(await memberships.accept('member', id, 0)).toBe(false);
  await memberships.remove('owner', id, 0);
  expect(await role('owner', id)).toBe('owner');
});

test('a hand-over changes the owner and both roles, or nothing', async () => {
  const id = await owned();
  const before = await row(id);
  expect(await owners.handOver(before, 'member', NOW)).toBe(false);
  await memberships.invite('member', id, { tenancy: 0, by: 'owner', now: NOW });
  expect(await owners.handOver(before, 'member', NOW)).toBe(false);
  expect(await role('owner', id)).toBe('owner');
  await memberships.accept('member', id, 0);
  expect(await owners.handOver(before, 'member', NOW)).toBe(true);
  expect([await role('owner', id), await role('member', id)]).toEqual(['member', 'owner']);
  expect(await owners.handOver(before, 'member', NOW)).toBe(false);
});

test('a member who leaves during a hand-over to them has either left or become the owner', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await owned();
    await join('member', id);
    const before = await row(id);
    const [handed] = await Promise.all([
      owners.handOver(before, 'member', NOW).catch(() => false),
      memberships.remove('member', id, 0),
    ]);
    expect(await role((await row(id)).ownerId, id)).toBe('owner');
    expect((await row(id)).ownerId).toBe(handed ? 'member' : 'owner');
  }
});

test('one of two subjects takes a disconnected workspace, and all earlier memberships end', async () => {
  const id = await owned();
  await join('member', id);
  await memberships.invite('invited', id, { tenancy: 0, by: 'owner', now: NOW });
  expect(await connectAs('stranger', id)).toBe('nobody');
  await workspaces.disconnect(id, undefined, NOW);
  const before = await row(id);
  const outcomes = await Promise.all(['one', 'other'].map((sub) => connectAs(sub, id, before)));
  expect(outcomes.sort()).toEqual(['lost', 'new_owner']);
  const { ownerId } = await row(id);
  expect(await role(ownerId, id)).toBe('owner');
  for (const sub of ['owner', 'member', 'invited']) expect(await role(sub, id)).toBeUndefined();
  expect(await memberships.accept('invited', id, 1)).toBe(false);

  // Writes that began in the earlier tenancy change nothing in the new one.
  await memberships.invite(ownerId, id, { tenancy: 0, by: 'owner', now: NOW });
  await memberships.remove(ownerId, id, 0);
  expect(await owners.handOver(before, 'member', NOW)).toBe(false);
  expect(await role(ownerId, id)).toBe('owner');
  await memberships.invite('member', id, { tenancy: 1, by: ownerId, now: NOW });
  expect(await role('member', id)).toBe('invited');
});

test('an owner who reconnects after a disconnect keeps the members', async () => {
  const id = await owned();
  await join('member', id);
  await workspaces.disconnect(id, undefined, NOW);
  expect(await connectAs('owner', id)).toBe('owner');
  expect(await role('member', id)).toBe('member');
});
