import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Harness, PLAN_PAGE, startHarness, TINY_PAGE } from '../../support/local-confluence/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const PATH = `/api/v2/pages/${PLAN_PAGE}`;
const newBody = () => h.storage('<p>ours</p>');

/** Sends an update without reading the page before, so that a fault meets the update. */
const put = (number = 2) =>
  h.api('PUT', PATH, {
    id: PLAN_PAGE,
    status: 'current',
    title: 'PI 1 plan',
    ...newBody(),
    version: { number },
  });

test.each([
  ['5xx', { status: 502 }, 502],
  ['expired-token', {}, 401],
  ['scope', {}, 401],
  ['optimistic-lock', {}, 409],
  ['html', { status: 200 }, 200],
  ['html', { status: 503 }, 503],
  ['gone', {}, 410],
  ['rate-limit', {}, 429],
] as const)('the fault %s %o refuses a request and changes nothing', async (kind, more, status) => {
  await h.fault(kind, { ...more, method: 'PUT' });
  const answer = await put();
  expect(answer.status).toBe(status);
  if (kind === 'html') expect(answer.headers.get('content-type')).toContain('text/html');
  if (kind === 'optimistic-lock') expect(answer.body).toMatchObject({ statusCode: 409 });
  if (kind === 'expired-token') await h.get(PATH).then((after) => expect(after.status).toBe(401));
  const token = await h.newToken();
  const after = await h.get(PATH, { authorization: `Bearer ${token}` });
  expect(after.body.version.number).toBe(1);
  expect((await h.requests()).at(-1 - (kind === 'expired-token' ? 3 : 2)).fault).toBe(kind);
});

test('a rate limit tells its wait in seconds, as a date, or not at all', async () => {
  const headers = async (more: object) => {
    await h.fault('rate-limit', { retryAfter: 7, ...more });
    return (await h.get(PATH)).headers;
  };
  expect((await headers({})).get('retry-after')).toBe('7');
  expect((await headers({})).get('x-ratelimit-reset')).toMatch(/^\d{4}-.*Z$/);
  expect(Date.parse((await headers({ date: true })).get('retry-after') ?? '')).toBeGreaterThan(Date.now());
  expect((await headers({ retryAfter: null })).has('retry-after')).toBe(false);
  await h.switchTo({ rateHeaders: 'epoch' });
  expect((await headers({})).get('x-ratelimit-reset')).toMatch(/^\d{10}$/);
  await h.switchTo({ rateHeaders: 'absent' });
  expect((await headers({})).has('x-ratelimit-reset')).toBe(false);
});

test('the limits count the requests of an account in 10 seconds and in an hour', async () => {
  await h.local('limits', { per10Seconds: 3, perHour: 5 });
  const statuses = async (count: number) => {
    const all: number[] = [];
    for (let one = 0; one < count; one++) all.push((await h.get(PATH)).status);
    return all;
  };
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  await h.advance(10_000);
  expect(await statuses(2)).toEqual([200, 429]);
  expect((await h.get(PATH)).headers.get('ratelimit-reason')).toBe('confluence-quota-tenant-based');
  await h.advance(3_600_000);
  const token = await h.newToken();
  expect((await h.get(PATH, { authorization: `Bearer ${token}` })).status).toBe(200);
});

test('a timeout before, a timeout after and a dropped connection differ in what was done', async () => {
  for (const [kind, version] of [
    ['timeout-before', 1],
    ['drop-connection', 1],
    ['timeout-after', 2],
  ] as const) {
    await h.fault(kind, kind === 'drop-connection' ? {} : { timeoutMs: 20 });
    await expect(put()).rejects.toThrow();
    expect((await h.page(PLAN_PAGE)).version.number, kind).toBe(version);
  }
  expect((await h.requests()).filter(({ status }: { status: unknown }) => status === null)).toHaveLength(3);
});

test("somebody else's edit can land just before an update, which then meets a conflict", async () => {
  await h.fault('conflict', { append: '<p>theirs</p>' });
  const answer = await put();
  expect(answer.status).toBe(409);
  expect(answer.body.errors[0].title).toContain('Current Version: [2]. Provided version: [2]');
  expect(await h.storageOf(PLAN_PAGE)).toContain('<p>theirs</p>');
  expect((await put(3)).status).toBe(200);
});

test('an answer can be cut, slow, stale or without rows', async () => {
  await h.fault('truncated');
  const cut = await h.get(PATH);
  expect([cut.status, cut.body]).toEqual([200, undefined]);
  await h.fault('delay', { delayMs: 60 });
  const startedAt = performance.now();
  await h.get(PATH);
  expect(performance.now() - startedAt).toBeGreaterThan(50);
  await put();
  await h.fault('stale-list');
  const list = async () => (await h.get(`/api/v2/pages?id=${PLAN_PAGE}`)).body.results[0].version.number;
  expect([await list(), await list()]).toEqual([1, 2]);
  const all = await h.all('/api/v2/pages?limit=10');
  await h.fault('empty-page', { count: 2 });
  const empty = await h.get('/api/v2/pages?limit=10');
  expect(empty.body.results).toEqual([]);
  expect(await h.all(empty.body._links.next.replace('/wiki', ''))).toEqual(all);
});

test('a fault meets only the requests that it is for, as often as it is asked for', async () => {
  await h.fault('5xx', { page: PLAN_PAGE, method: 'GET', count: 2 });
  await h.fault('gone', { path: '/oauth/token' });
  expect((await h.get('/api/v2/pages/295028')).status).toBe(200);
  expect((await put()).status).toBe(200);
  expect([(await h.get(PATH)).status, (await h.get(PATH)).status, (await h.get(PATH)).status]).toEqual([
    503, 503, 200,
  ]);
  expect((await h.sendJson(h.confluence.tokenUrl, 'POST', {})).status).toBe(410);
  const faults = await h.send(`${h.confluence.url}/_local/faults`);
  expect(faults.body).toEqual({ faults: [] });
  for (const wrong of [
    { kind: 'conflict', append: '<p>' },
    { kind: 'nonsense' },
    { kind: '5xx', status: 200 },
    { kind: 'scope', shoe: 1 },
  ]) {
    const answer = await h.sendJson(`${h.confluence.url}/_local/faults`, 'POST', wrong);
    expect([answer.status, typeof answer.body.error]).toEqual([400, 'string']);
  }
});

test('the log tells who asked for what', async () => {
  await put();
  expect((await h.requests()).at(-1)).toMatchObject({
    method: 'PUT',
    path: `/wiki${PATH}`,
    host: 'gateway',
    who: expect.stringContaining('712020:'),
    scopes: expect.arrayContaining(['write:page:confluence']),
    status: 200,
    sentVersion: 2,
    fault: null,
  });
  await h.get('/api/v2/pages?limit=1', { authorization: 'Bearer x' });
  expect((await h.requests()).at(-1)).toMatchObject({ query: '?limit=1', who: null, status: 401 });
});

test("a human's edit replaces texts, and the editor rewrites ids and blanks besides", async () => {
  await h.local(`pages/${PLAN_PAGE}/edit`, {
    replace: [['three depots', 'four depots']],
    as: 'Chiara Conti',
  });
  expect(await h.storageOf(PLAN_PAGE)).toContain('Engineers of four depots');
  expect(await h.storageOf(TINY_PAGE)).not.toContain('local-id');
  expect((await h.local(`pages/${TINY_PAGE}/editor-save`)).version).toBe(2);
  expect(await h.storageOf(TINY_PAGE)).toMatch(/local-id="[0-9a-f]{12}".*Route planning for two engineers/s);
  const edit = (body: object) =>
    h.sendJson(`${h.confluence.url}/_local/pages/${PLAN_PAGE}/edit`, 'POST', body);
  for (const body of [
    { replace: [['not there', 'x']] },
    { storage: '<p>' },
    { as: 'Nobody' },
    { title: 'Routes' },
  ])
    expect((await edit(body)).status, JSON.stringify(body)).toBe(400);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(2);
});

test('what people do to pages shows in the API', async () => {
  const state = async () => (await h.page(PLAN_PAGE)).status;
  const act = (name: string, body: object = {}) => h.local(`pages/${PLAN_PAGE}/${name}`, body);
  await act('archive');
  expect(await state()).toBe('archived');
  await act('unarchive');
  await act('trash');
  await act('restore');
  expect(await state()).toBe('current');
  await act('rename', { title: 'Renamed' });
  const copy = await act('copy', { title: 'Copied' });
  expect(copy).toMatchObject({ version: 1, labels: ['planning'] });
  expect(await h.storageOf(copy.id)).toBe(await h.storageOf(PLAN_PAGE));
  await act('convert');
  expect((await h.get(`/api/v2/pages?id=${PLAN_PAGE}`)).body.results[0].subtype).toBe('live');
  await act('labels', { add: ['new'], remove: ['planning'] });
  expect((await h.get(`${PATH}/labels`)).body.results.map(({ name }: { name: string }) => name)).toEqual([
    'new',
  ]);
  const { ref } = await act('comment', { text: 'paper job sheets' });
  expect(await h.storageOf(PLAN_PAGE)).toContain(
    `<ac:inline-comment-marker ac:ref="${ref}">paper job sheets</ac:inline-comment-marker>`,
  );
  const moved = await act('move', { parentId: copy.id });
  expect(moved.parentId).toBe(copy.id);
  await h.local('access', { see: ['PLAN', 'DOCS'], edit: ['PLAN'] });
  await act('move', { spaceId: '294920' });
  expect((await h.page(PLAN_PAGE))._links.webui).toContain('/spaces/DOCS/pages/');
  expect((await h.get(PATH)).body.version.number).toBe(3);
});

test('people, service accounts and pages are added, and a reset takes them away', async () => {
  const person = await h.local('people', { name: 'Eve' });
  const { authorization } = { authorization: `Basic ${btoa(`${person.email}:${person.apiToken}`)}` };
  const site = (path: string) =>
    h.send(`${h.confluence.siteUrl}/wiki${path}`, { headers: { authorization } });
  expect((await site('/rest/api/user/current')).body.displayName).toBe('Eve');
  const made = await h.local('seed', {
    spaces: [{ key: 'NEW', name: 'New' }],
    people: [{ name: 'Finn' }],
    pages: Array.from({ length: 300 }, (_, index) => ({
      space: 'NEW',
      title: `Page ${index}`,
      storage: '<p>x</p>',
    })),
  });
  expect(await h.all(`/api/v2/pages?space-id=${made.spaces[0].id}&limit=100`)).toHaveLength(300);
  const { clientId } = h.confluence.credentials;
  await h.reset();
  expect(h.confluence.credentials.clientId).toBe(clientId);
  expect((await site('/rest/api/user/current')).status).toBe(401);
  expect((await h.get('/api/v2/spaces')).body.results).toHaveLength(1);
  expect((await h.get('/api/v2/pages?title=Page%201')).body.results).toEqual([]);
});

test('the switches describe themselves, and a reset brings back their defaults', async () => {
  const read = async () => (await h.send(`${h.confluence.url}/_local/switches`)).body.switches;
  await h.switchTo({ indexLagMs: 0, errorStatusType: 'string' });
  expect(await read()).toMatchObject({
    indexLagMs: { value: 0, default: 2000 },
    errorStatusType: { value: 'string', default: 'number', values: ['number', 'string'] },
  });
  await h.reset();
  expect((await read()).errorStatusType.value).toBe('number');
  for (const body of [{}, { nonsense: 1 }, { errorStatusType: 'x' }])
    expect((await h.sendJson(`${h.confluence.url}/_local/switches`, 'POST', body)).status).toBe(400);
});
