import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type Harness,
  HUGE_ID,
  PLAN_PAGE,
  PLAN_SPACE,
  startHarness,
  TINY_PAGE,
} from '../../support/local-confluence/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const idOf = async (title: string): Promise<string> =>
  (await h.get(`/api/v2/pages?title=${encodeURIComponent(title)}`)).body.results[0].id;
const titlesOf = ({ body }: { body: { results: { title: string }[] } }) =>
  body.results.map(({ title }) => title);
const search = (cql: string) => h.get(`/rest/api/search?limit=100&cql=${encodeURIComponent(cql)}`);

test('pages of results hold every page once, in each order, while pages come and go', async () => {
  const all = await h.all('/api/v2/pages?limit=250');
  for (const sort of ['id', '-id', 'title', '-title', 'created-date', '-created-date', 'modified-date']) {
    const ids = await h.all(`/api/v2/pages?limit=4&sort=${sort}`);
    expect([...ids].sort(), sort).toEqual([...all].sort());
  }
  expect(await h.all('/api/v2/pages?limit=4&sort=-title')).toEqual(
    (await h.all('/api/v2/pages?limit=4&sort=title')).reverse(),
  );
  const first = await h.get('/api/v2/pages?limit=4');
  await h.local(
    `pages/${first.body.results[0].id === '295028' ? first.body.results[1].id : '4096001'}/trash`,
  );
  await h.local('seed', { pages: [{ title: 'In between' }] });
  const rest = await h.all(first.body._links.next.replace('/wiki', ''));
  const ids = [...first.body.results.map(({ id }: { id: string }) => id), ...rest];
  expect(ids).toHaveLength(all.length + 1);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the link to the next page is in body and header, and only base is left at the end', async () => {
  const { body, headers } = await h.get('/api/v2/pages?limit=1&body-format=storage');
  expect(body._links.next).toMatch(/^\/wiki\/api\/v2\/pages\?limit=1&body-format=storage&cursor=/);
  expect(headers.get('link')).toBe(
    `<${body._links.next}>; rel="next", <${h.confluence.siteUrl}/wiki>; rel="base"`,
  );
  const last = await h.get('/api/v2/pages?limit=250');
  expect(last.body._links).toEqual({ base: `${h.confluence.siteUrl}/wiki` });
});

test('a cursor that is changed, invented or of another query is refused', async () => {
  const { body } = await h.get(`/api/v2/pages?limit=1&space-id=${PLAN_SPACE}`);
  const cursor: string = new URL(body._links.next, 'http://x').searchParams.get('cursor') ?? '';
  const status = async (query: string) => (await h.get(`/api/v2/pages?${query}`)).status;
  expect(await status(`limit=3&space-id=${PLAN_SPACE}&cursor=${cursor}`)).toBe(200);
  const [text = '', signature = ''] = cursor.split('.');
  const forged = Buffer.from(Buffer.from(text, 'base64url').toString().replace('295028', '295029'));
  for (const wrong of [
    `cursor=${cursor}`,
    `space-id=${PLAN_SPACE}&status=trashed&cursor=${cursor}`,
    `space-id=${PLAN_SPACE}&cursor=${forged.toString('base64url')}.${signature}`,
    `space-id=${PLAN_SPACE}&cursor=x`,
    `space-id=${PLAN_SPACE}&cursor=`,
  ])
    expect(await status(wrong), wrong).toBe(400);
});

test('ids may be repeated or a comma list, up to 250, and unknown ones are left out', async () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join(',');
  const ids = async (query: string) => {
    const { body } = await h.get(`/api/v2/pages?${query}`);
    return body.results.map(({ id }: { id: string }) => id);
  };
  expect(await ids(`id=${PLAN_PAGE}&id=${HUGE_ID}&id=7`)).toEqual([PLAN_PAGE, HUGE_ID]);
  expect(await ids(`id=${HUGE_ID},${PLAN_PAGE},7`)).toEqual([PLAN_PAGE, HUGE_ID]);
  expect(await ids(`id=${many(249)},${PLAN_PAGE}`)).toEqual([PLAN_PAGE]);
  const refused = [
    `id=${many(251)}`,
    `space-id=${many(101)}`,
    'limit=0',
    'limit=251',
    'limit=x',
    'id=x',
    'id=9223372036854775808',
    'status=nonsense',
    'sort=nonsense',
  ];
  for (const query of refused) {
    const answer = await h.get(`/api/v2/pages?${query}`);
    expect(answer.status, query).toBe(400);
    expect(answer.body.errors[0].code).toBe('INVALID_REQUEST_PARAMETER');
  }
  expect((await h.get(`/api/v2/pages?space-id=${many(100)}`)).status).toBe(200);
  const users = (count: number) =>
    h.api('POST', '/api/v2/users-bulk', {
      accountIds: Array.from({ length: count }, (_, index) => `${index}`),
    });
  expect((await users(250)).body.results).toEqual([]);
  for (const count of [0, 251]) expect((await users(count)).status).toBe(400);
});

test('a list holds current and archived pages, and others on request', async () => {
  const all = titlesOf(await h.get('/api/v2/pages?limit=250'));
  expect(all).toContain('PI 0 plan');
  expect(all).not.toContain('Cancelled plan');
  expect(titlesOf(await h.get('/api/v2/pages?status=trashed'))).toEqual(['Cancelled plan']);
  expect(titlesOf(await h.get('/api/v2/pages?subtype=live'))).toEqual(['PI 4 live']);
  expect(titlesOf(await h.get('/api/v2/pages?title=PI%201'))).toEqual([]);
  await h.switchTo({ titleFilter: 'substring' });
  expect(titlesOf(await h.get('/api/v2/pages?title=PI%201'))).toEqual(['PI 1 plan']);
  const root = await h.get(`/api/v2/spaces/${PLAN_SPACE}/pages?depth=root`);
  expect(titlesOf(root)).toEqual(['Planning home']);
  expect((await h.get('/api/v2/spaces/294920/pages')).status).toBe(404);
});

test('a list can lag behind, and a single page never does', async () => {
  await h.switchTo({ listLagMs: 5000 });
  await h.put(PLAN_PAGE, { title: 'Renamed' });
  expect(titlesOf(await h.get(`/api/v2/pages?id=${PLAN_PAGE}`))).toEqual(['PI 1 plan']);
  expect((await h.page(PLAN_PAGE)).title).toBe('Renamed');
  await h.advance(5000);
  expect(titlesOf(await h.get(`/api/v2/pages?id=${PLAN_PAGE}`))).toEqual(['Renamed']);
});

test('the tree is answered to a depth of 2, or up to 10', async () => {
  const id = await idOf('Depots');
  const depths = async (query: string) => {
    const { body } = await h.get(`/api/v2/pages/${id}/descendants${query}`);
    return body.results.map(({ depth }: { depth: number }) => depth);
  };
  expect(await depths('')).toEqual([1, 2]);
  expect(await depths('?depth=1')).toEqual([1]);
  expect(await depths('?depth=10')).toEqual([1, 2, 3]);
  for (const query of ['?depth=0', '?depth=11'])
    expect((await h.get(`/api/v2/pages/${id}/descendants${query}`)).status).toBe(400);
  const winter = await idOf('Winter plan');
  const ancestors = (await h.get(`/api/v2/pages/${winter}/ancestors`)).body.results;
  expect(ancestors.map((one: { id: string }) => one.id)).toEqual([
    '295028',
    id,
    await idOf('Depot North'),
    await idOf('Winter service'),
  ]);
});

test('versions are listed newest first, and deleting one moves the numbers above it', async () => {
  for (const text of ['two', 'three']) await h.put(PLAN_PAGE, h.storage(`<p>${text}</p>`));
  const bodies = async () => {
    const { body } = await h.get(`/api/v2/pages/${PLAN_PAGE}/versions?body-format=storage`);
    return body.results.map((one: { number: number; page: { body: { storage: { value: string } } } }) => [
      one.number,
      one.page.body.storage.value.slice(0, 12),
    ]);
  };
  expect(await bodies()).toEqual([
    [3, '<p>three</p>'],
    [2, '<p>two</p>'],
    [1, expect.stringContaining('<p')],
  ]);
  expect((await h.get(`/api/v2/pages/${PLAN_PAGE}/versions/2`)).body).toMatchObject({
    prevVersion: 1,
    nextVersion: 3,
  });
  await h.local(`pages/${PLAN_PAGE}/version/1/delete`);
  expect(await bodies()).toEqual([
    [2, '<p>three</p>'],
    [1, '<p>two</p>'],
  ]);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(2);
  for (const number of ['3', '0', 'x'])
    expect((await h.get(`/api/v2/pages/${PLAN_PAGE}/versions/${number}`)).status).toBe(404);
});

test('tiny links are those of Confluence, the trailing slash included', async () => {
  const tiny = async (id: string) => (await h.page(id))._links.tinyui;
  expect(await tiny(TINY_PAGE)).toBe('/x/YoA_/');
  expect(await tiny(HUGE_ID)).toBe('/x/AQAAAAAAI');
});

test('the search knows its part of CQL', async () => {
  const cases: [string, string[]][] = [
    ['title = "PI 1 plan"', ['PI 1 plan']],
    [`id = ${HUGE_ID}`, ['Control room requirements']],
    [`id in (${PLAN_PAGE}, ${TINY_PAGE}) order by title desc`, ['Routes', 'PI 1 plan']],
    ['title ~ "depot north"', ['Depot North']],
    ['title ~ "wint*" and label = planning', ['Winter plan']],
    ['space = PLAN and title ~ plan and label != planning', ['Plan template']],
    ['type = page and not (space in (PLAN))', []],
    [`ancestor = ${await idOf('Winter service')}`, ['Winter plan']],
    ['title = "Routes" or title = \'Depots\' order by title', ['Depots', 'Routes']],
    ['lastmodified >= "2999-01-01" and type = page', []],
    ['title = "Cancelled plan"', []],
  ];
  for (const [cql, titles] of cases) expect(titlesOf(await search(cql)), cql).toEqual(titles);
  const next = (await h.get('/rest/api/search?cql=type=page&limit=5')).body._links.next;
  expect(next).toMatch(/^\/rest\/api\/search\?.*next=true.*cursor=/);
  const second = await h.get(next);
  expect(second.body).toMatchObject({ start: 5, size: 5, limit: 5 });
});

test('the minute decides in a search by time', async () => {
  const changed = (await h.put(PLAN_PAGE, h.storage('<p>x</p>'))).body.version.createdAt.slice(0, 16);
  await h.advance(2000);
  const minute = changed.replace('T', ' ');
  expect(titlesOf(await search(`lastmodified >= "${minute}"`))).toEqual(['PI 1 plan']);
  expect(titlesOf(await search(`lastmodified = "${minute}"`))).toEqual(['PI 1 plan']);
  expect(titlesOf(await search(`lastmodified > "${minute}"`))).toEqual([]);
});

test.each([
  '',
  'nonsense',
  'type =',
  'type = page and',
  '(type = page',
  'type = page)',
  'text ~ "x"',
  'title < "a"',
  'lastmodified > "yesterday"',
  'lastmodified > now("-1d")',
  'type = page order by rank',
  'constructor = 1',
  `${'('.repeat(5000)}type = page`,
  '"',
])('the search refuses %j in the shape of version 1', async (cql) => {
  const answer = await search(cql);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('BadRequestException'),
  });
});

test('the index lags behind, and knows a page in the trash or purged for as long', async () => {
  await h.local('seed', { pages: [{ title: 'Fresh' }] });
  const isFound = async (title: string) => titlesOf(await search(`title = "${title}"`)).length === 1;
  expect(await isFound('Fresh')).toBe(false);
  await h.advance(2000);
  expect(await isFound('Fresh')).toBe(true);
  const id = await idOf('Fresh');
  await h.local(`pages/${id}/trash`);
  expect(await isFound('Fresh')).toBe(true);
  await h.local(`pages/${id}/purge`);
  expect(await isFound('Fresh')).toBe(true);
  await h.advance(2000);
  expect(await isFound('Fresh')).toBe(false);
});

test('labels are written by version 1', async () => {
  const path = `/rest/api/content/${PLAN_PAGE}/label`;
  const added = await h.api('POST', path, [{ prefix: 'global', name: 'Synced' }, { name: 'planning' }]);
  expect(added.body.results.map(({ name }: { name: string }) => name)).toEqual(['planning', 'synced']);
  expect(await h.api('POST', path, [{ prefix: 'global' }])).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('Could not parse Labels') },
  });
  expect((await h.api('DELETE', `${path}?name=synced`)).status).toBe(204);
  expect((await h.get(path)).body.size).toBe(1);
  expect((await h.api('DELETE', `${path}/synced`)).body.statusCode).toBe(404);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(1);
});
