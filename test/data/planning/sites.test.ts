import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SiteRow } from '../../../shared/data/planning/site-row.ts';
import { type ConnectedSite, type Sites, sitesTable } from '../../../shared/data/planning/sites.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const iso = (at: number) => new Date(at).toISOString();

let tables: TestTables;
let sites: Sites;
beforeAll(async () => {
  tables = await startTables();
  sites = sitesTable(tables.db, 'confluence_sites');
});
afterAll(() => tables.stop());

let number = 0;
let workspaceId: string;
beforeEach(() => {
  workspaceId = `workspace-${++number}`;
});

const site = (changes: Partial<ConnectedSite> = {}): ConnectedSite => ({
  workspaceId,
  tenancy: 0,
  siteUrl: 'https://acme.atlassian.net',
  cloudId: 'cloud-1',
  authType: 'client_credentials',
  sealed: 'sealed',
  spaces: [{ id: '1', key: 'PLAN', name: 'Planning' }],
  accountId: '712020:a',
  accountName: 'Planner',
  ...changes,
});
const row = async (): Promise<SiteRow> => {
  const found = await sites.get(workspaceId);
  if (!found) throw new Error('There is no site.');
  return found;
};
const connected = async (changes?: Partial<ConnectedSite>, now = NOW): Promise<SiteRow> => {
  const previous = await sites.get(workspaceId);
  expect(await sites.connect(site(changes), { previous, now })).toBe(true);
  return row();
};

test('a site is stored as it was connected, and each credential has a version of its own', async () => {
  expect(await connected()).toEqual({
    ...site(),
    credentialVersion: 1,
    state: 'connected',
    outages: 0,
    createdAt: iso(NOW),
    updatedAt: iso(NOW),
  });
  const again = await connected({ sealed: 'other', accountId: undefined, accountName: undefined }, NOW + 5);
  expect(again).toMatchObject({
    sealed: 'other',
    credentialVersion: 2,
    createdAt: iso(NOW),
    updatedAt: iso(NOW + 5),
  });
  expect([again.accountId, again.accountName]).toEqual([undefined, undefined]);
});

describe('of two that connect at once', () => {
  test('the first site of a workspace, one is stored', async () => {
    const both = ['one', 'two'].map((sealed) =>
      sites.connect(site({ sealed }), { previous: undefined, now: NOW }),
    );
    expect((await Promise.all(both)).sort()).toEqual([false, true]);
  });

  test('another site, one is stored', async () => {
    const previous = await connected();
    const both = ['one', 'two'].map((sealed) => sites.connect(site({ sealed }), { previous, now: NOW }));
    expect((await Promise.all(both)).sort()).toEqual([false, true]);
    expect((await row()).credentialVersion).toBe(2);
  });
});

/** What a worker writes that read the row some time ago. */
const late: [string, (read: SiteRow) => Promise<unknown>][] = [
  ['a pause', (read) => sites.pause(read, NOW + 60_000)],
  ['a refusal', (read) => sites.failed(read, { problem: 'credential_refused', until: NOW + 1, now: NOW })],
  ['an outage', (read) => sites.failed(read, { now: NOW })],
  ['a recovery', (read) => sites.recovered(read, NOW + 9)],
];

test.each(late)('%s of an older credential changes nothing', async (_, write) => {
  const read = await connected();
  const newer = await connected({ sealed: 'newer' });
  await write(read);
  expect(await row()).toEqual(newer);
});

test.each(late)('%s of a credential that was forgotten does not come back', async (_, write) => {
  const read = await connected();
  expect(await sites.forget(read)).toBe(true);
  await write(read);
  expect(await sites.get(workspaceId)).toBeUndefined();
  const newer = await connected({ sealed: 'newer' }, NOW + 1);
  expect(newer.credentialVersion).toBe(read.credentialVersion);
  await write(read);
  expect(await row()).toEqual(newer);
});

test('a site that was connected anew is not forgotten by who saw the one before', async () => {
  const read = await connected();
  await connected({ sealed: 'newer' });
  expect(await sites.forget(read)).toBe(false);
  expect((await row()).sealed).toBe('newer');
});

test('of two pauses the longer one holds', async () => {
  const read = await connected();
  await sites.pause(read, NOW + 60_000);
  await sites.pause(read, NOW + 10_000);
  expect((await row()).pausedUntil).toBe(iso(NOW + 60_000));
  await sites.pause(read, NOW + 90_000);
  expect((await row()).pausedUntil).toBe(iso(NOW + 90_000));
});

test('workers that notice the same failure count it once', async () => {
  const read = await connected();
  const failed = () => sites.failed(read, { problem: 'credential_refused', until: NOW + 1, now: NOW + 2 });
  await Promise.all([failed(), failed(), failed()]);
  expect(await row()).toMatchObject({
    outages: 1,
    state: 'refused',
    problem: 'credential_refused',
    pausedUntil: iso(NOW + 1),
    updatedAt: iso(NOW + 2),
  });
});

test('a recovery ends refusal and pause, unless the site failed or was paused since', async () => {
  const before = await connected();
  await sites.failed(before, { problem: 'credential_refused', until: NOW + 1, now: NOW });
  const refused = await row();
  await sites.pause(refused, NOW + 60_000);
  await sites.recovered(refused, NOW + 2);
  expect((await row()).pausedUntil).toBe(iso(NOW + 60_000));
  const paused = await row();
  await sites.failed(paused, { now: NOW });
  await sites.recovered(paused, NOW + 2);
  expect((await row()).outages).toBe(2);
  await sites.recovered(await row(), NOW + 3);
  expect(await row()).toEqual({ ...before, updatedAt: iso(NOW + 3) });
});
