import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfluenceApi, ConfluencePage } from '../../../shared/confluence/api.ts';
import { ConfluenceError, type ConfluenceFailure } from '../../../shared/confluence/errors.ts';
import type { SiteRow } from '../../../shared/data/planning/site-row.ts';
import { type Sites, sitesTable } from '../../../shared/data/planning/sites.ts';
import { AppError } from '../../../shared/errors.ts';
import { SiteError } from '../../../shared/use-cases/planning/sites/site-error.ts';
import { withConfluence } from '../../../shared/use-cases/planning/sites/with-confluence.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const MINUTE_MS = 60_000;

let tables: TestTables;
let sites: Sites;
beforeAll(async () => {
  tables = await startTables();
  sites = sitesTable(tables.db, 'confluence_sites');
});
afterAll(() => tables.stop());

let clock: number;
let tenancy: number;
let number = 0;
let workspaceId: string;
/** What the next calls of Confluence fail with; none of them does without. */
let failing: ConfluenceFailure | undefined;
let called: number;
/** What the operator and the history of workspaces were told. */
let told: unknown[];
beforeEach(async () => {
  clock = NOW;
  tenancy = 0;
  failing = undefined;
  called = 0;
  told = [];
  workspaceId = `workspace-${++number}`;
  const site = {
    workspaceId,
    tenancy: 0,
    siteUrl: 'https://acme.atlassian.net',
    cloudId: 'cloud-1',
    authType: 'client_credentials' as const,
    sealed: 'sealed',
    spaces: [{ id: '1', key: 'PLAN', name: 'Planning' }],
    accountId: undefined,
    accountName: undefined,
  };
  expect(await sites.connect(site, { previous: undefined, now: NOW })).toBe(true);
});

const pageIn = (spaceId: string, id = '5'): ConfluencePage => ({
  id,
  title: 'PI 1',
  status: 'current',
  isLive: false,
  spaceId,
  version: { number: 1, createdAt: '2026-04-28T07:48:22.052Z', authorId: '' },
  webPath: '/x',
});
/** Page 5 is in the space that may be planned, page 6 in another one. */
const confluence: ConfluenceApi = {
  async page(id) {
    called++;
    if (failing) throw new ConfluenceError(failing);
    return id === '6' ? pageIn('2', '6') : pageIn('1', id);
  },
  pages: async () => new Map([pageIn('1'), pageIn('2', '6')].map((page) => [page.id, page])),
  pageByTitle: async (spaceId) => pageIn(spaceId),
  spacesByKey: async () => [
    { id: '1', key: 'PLAN', name: 'Planning' },
    { id: '2', key: 'HR', name: 'Secret' },
  ],
  spaceByKey: async (key) =>
    key === 'PLAN'
      ? { id: '1', key, name: 'Planning' }
      : key === 'HR'
        ? { id: '2', key, name: 'Secret' }
        : undefined,
  spaceById: async (id) => ({ id, key: 'X', name: 'Secret' }),
  whoAmI: async () => undefined,
  userNames: async () => new Map(),
};
const run = (how: { deadline?: () => number } = {}) =>
  withConfluence({
    sites,
    history: { note: async (id, kind) => void told.push([id, kind]) },
    error: (message) => void told.push(message),
    count: (metric) => void told.push(metric),
    workspaces: { get: async () => ({ tenancy }) as never },
    confluence: () => confluence,
    now: () => clock,
    ...how,
  });
const readPage = () => run()(workspaceId, (api) => api.page('5'));
const row = async () => (await sites.get(workspaceId)) as SiteRow;
const errorOf = async (call: Promise<unknown>): Promise<SiteError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SiteError)) throw new Error(`No SiteError: ${String(error)}`);
  return error;
};
const failsWith = (failure: ConfluenceFailure) => {
  failing = failure;
  return errorOf(readPage());
};

test('a call that succeeds writes nothing', async () => {
  const before = await row();
  tables.operations();
  expect((await readPage())?.id).toBe('5');
  expect(tables.operations()).toEqual(['GetItem confluence_sites']);
  expect(await row()).toEqual(before);
});

test('a workspace without a site, or with that of a former tenancy, has none', async () => {
  tenancy = 1;
  expect(await errorOf(readPage())).toMatchObject({ code: 'site_missing', status: 409 });
  tenancy = 0;
  await sites.forget(await row());
  expect((await errorOf(readPage())).code).toBe('site_missing');
  expect(called).toBe(0);
});

test('a rate limit pauses the site for everybody, until the time that Confluence names', async () => {
  const until = NOW + 5 * MINUTE_MS;
  expect(await failsWith({ is: 'rate_limited', until })).toMatchObject({
    code: 'site_paused',
    until: '2026-11-28T12:05:00.000Z',
    isRetryable: true,
  });
  failing = undefined;
  clock = until - 1;
  expect(await errorOf(readPage())).toMatchObject({ code: 'site_paused', until: '2026-11-28T12:05:00.000Z' });
  expect(called).toBe(1);
  clock = until;
  expect((await readPage())?.id).toBe('5');
  expect((await row()).state).toBe('connected');
});

test('a refused credential is tried again after longer and longer pauses, and heals by itself', async () => {
  expect(await failsWith({ is: 'unauthorized' })).toMatchObject({ code: 'credential_refused', status: 409 });
  expect(await row()).toMatchObject({ state: 'refused', problem: 'credential_refused', outages: 1 });
  expect((await errorOf(readPage())).code).toBe('credential_refused');
  expect(called).toBe(1);
  clock += 2 * MINUTE_MS;
  await failsWith({ is: 'unauthorized' });
  expect(called).toBe(2);
  clock += 1.9 * MINUTE_MS;
  await errorOf(readPage());
  expect(called).toBe(2);
  clock += MINUTE_MS;
  failing = undefined;
  await readPage();
  const healed = await row();
  expect(healed).toMatchObject({ state: 'connected', outages: 0 });
  expect([healed.problem, healed.pausedUntil]).toEqual([undefined, undefined]);
});

describe('the operator and the owner are told', () => {
  const refused = () => ['SiteRefused', 'site refused', [workspaceId, 'site_refused']];

  test('once that a site is refused, and once that it is accepted again', async () => {
    await failsWith({ is: 'unauthorized' });
    clock += 2 * MINUTE_MS;
    await failsWith({ is: 'no_site' });
    expect(told).toEqual(refused());
    clock += 5 * MINUTE_MS;
    failing = undefined;
    await readPage();
    await readPage();
    expect(told).toEqual([...refused(), [workspaceId, 'site_recovered']]);
  });

  test('once by workers that notice it at the same moment', async () => {
    failing = { is: 'unauthorized' };
    await Promise.allSettled([1, 2, 3].map(readPage));
    expect(told).toEqual(refused());
    clock += 2 * MINUTE_MS;
    failing = undefined;
    await Promise.all([1, 2, 3].map(readPage));
    expect(told).toEqual([...refused(), [workspaceId, 'site_recovered']]);
  });

  test('nothing of outages', async () => {
    await failsWith({ is: 'unavailable' });
    await failsWith({ is: 'unavailable' });
    clock += 5 * MINUTE_MS;
    failing = undefined;
    await readPage();
    expect(told).toEqual([]);
  });
});

test('a site that Atlassian no longer knows is refused for that reason', async () => {
  expect((await failsWith({ is: 'no_site' })).code).toBe('site_unknown');
  expect((await errorOf(readPage())).code).toBe('site_unknown');
  expect(called).toBe(1);
});

test('a single outage pauses nothing, the second in a row does, and a success ends it', async () => {
  expect((await failsWith({ is: 'unavailable' })).code).toBe('unavailable');
  expect(await row()).toMatchObject({ outages: 1, state: 'connected' });
  failing = undefined;
  await readPage();
  expect((await row()).outages).toBe(0);
  await failsWith({ is: 'unavailable' });
  await failsWith({ is: 'unavailable' });
  expect((await errorOf(readPage())).code).toBe('site_paused');
  expect(called).toBe(4);
});

test.each([
  ['scope', 'scope_missing'],
  ['forbidden', 'access_denied'],
] as const)('%s is a reason of its own, and says nothing about the credential', async (is, code) => {
  const before = await row();
  expect((await failsWith({ is })).code).toBe(code);
  expect(await row()).toEqual(before);
});

test.each<ConfluenceFailure>([
  { is: 'not_found' },
  { is: 'too_large' },
  { is: 'unreadable' },
  { is: 'refused', message: 'no' },
  { is: 'conflict', message: 'no', currentVersion: 3 },
])('%j is about the request, so the caller gets it as it is', async (failure) => {
  failing = failure;
  const before = await row();
  await expect(readPage()).rejects.toMatchObject({ name: 'ConfluenceError', failure });
  expect(await row()).toEqual(before);
});

test('a run without time is no outage', async () => {
  failing = { is: 'out_of_time' };
  const before = await row();
  const error = await readPage().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).not.toBeInstanceOf(SiteError);
  expect(error).toMatchObject({ isRetryable: true, message: expect.stringMatching(/^No time is left/) });
  expect(await row()).toEqual(before);
});

test('every reason says what is wrong and what would mend it', async () => {
  const error = await failsWith({ is: 'scope' });
  expect(error.message).toBe(`${error.says} ${error.mend}`);
});

describe('what is in a space that may not be planned', () => {
  const see = <T>(call: (api: ConfluenceApi) => Promise<T>) => run()(workspaceId, call);
  const codeOf = async (call: (api: ConfluenceApi) => Promise<unknown>) => (await errorOf(see(call))).code;

  test('is not shown, whichever way it is asked for', async () => {
    expect(await codeOf((api) => api.page('6', { withBody: true }))).toBe('space_not_planned');
    expect([...(await see((api) => api.pages(['5', '6']))).keys()]).toEqual(['5']);
    expect(await codeOf((api) => api.pageByTitle('2', 'PI 1'))).toBe('space_not_planned');
    expect(await codeOf((api) => api.spaceById('2'))).toBe('space_not_planned');
    expect(await see((api) => api.spacesByKey(['PLAN', 'HR']))).toHaveLength(1);
  });

  test('is answered like a space that does not exist', async () => {
    const [hidden, none] = await Promise.all([
      errorOf(see((api) => api.spaceByKey('HR'))),
      errorOf(see((api) => api.spaceByKey('NONE'))),
    ]);
    expect({ ...hidden, message: hidden.message }).toEqual({ ...none, message: none.message });
    expect((await see((api) => api.spaceByKey('PLAN')))?.id).toBe('1');
  });
});
