import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { ConfluenceApi } from '../../../shared/confluence/api.ts';
import { ConfluenceError } from '../../../shared/confluence/errors.ts';
import { confluenceApi } from '../../../shared/confluence/requests.ts';
import { limits } from '../../../shared/reader/limits.ts';
import { answer, scriptedServer } from '../../support/confluence/scripted-server.ts';

type Script = Parameters<typeof scriptedServer>[0];

const BEYOND = '9007199254740993';
const page = (id: string, more: object = {}) => ({
  id,
  status: 'current',
  title: `Page ${id}`,
  spaceId: '294916',
  parentId: null,
  version: { number: 2, message: '', authorId: '712020:a', createdAt: '2026-04-28T07:48:22.052Z' },
  body: {},
  _links: { webui: `/spaces/PLAN/pages/${id}/Page` },
  ...more,
});

let server: Awaited<ReturnType<typeof scriptedServer>>;
const serve = async (script: Script, how: { deadline?: number } = {}): Promise<ConfluenceApi> => {
  server = await scriptedServer(script);
  return confluenceApi({
    baseUrl: `${server.url}/ex/confluence/cloud-1`,
    authorization: async () => 'Bearer t',
    now: Date.now,
    ...how,
  });
};
afterEach(() => server.stop());

const failureOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfluenceError)) throw new Error(`No ConfluenceError: ${String(error)}`);
  return error.failure;
};

test('a page is read with its body, and its id stays as it is', async () => {
  const storage = '<p>Café \u{1F600}</p>';
  const confluence = await serve((_, response) =>
    answer(response, 200, page(BEYOND, { body: { storage: { representation: 'storage', value: storage } } })),
  );
  expect(await confluence.page(BEYOND, { withBody: true, version: 2 })).toEqual({
    id: BEYOND,
    title: `Page ${BEYOND}`,
    status: 'current',
    isLive: false,
    spaceId: '294916',
    version: { number: 2, createdAt: '2026-04-28T07:48:22.052Z', authorId: '712020:a' },
    storage,
    webPath: `/spaces/PLAN/pages/${BEYOND}/Page`,
  });
  const [{ path, query, headers } = {}] = server.seen;
  expect(path).toBe(`/ex/confluence/cloud-1/wiki/api/v2/pages/${BEYOND}`);
  expect(String(query)).toBe('body-format=storage&version=2');
  expect(headers?.authorization).toBe('Bearer t');
});

test('what cannot be an id is never sent', async () => {
  const confluence = await serve((_, response) => answer(response, 500, {}));
  for (const id of ['', '../spaces', '1/../../x', '1?x=', '0', '-1', '1.5', 'abc', '٣'])
    expect([id, await confluence.page(id)]).toEqual([id, undefined]);
  expect(await confluence.pages(['../x', ''])).toEqual(new Map());
  expect(await confluence.spaceByKey('A,B')).toBeUndefined();
  expect(server.seen).toEqual([]);
});

test('pages are asked for by 250 ids a request, and lists are followed below our own address only', async () => {
  const ids = Array.from({ length: 600 }, (_, index) => String(1_000 + index));
  const confluence = await serve(({ query, path }, response) => {
    const some = query.getAll('id');
    const half = query.get('cursor') ? some.slice(100) : some.slice(0, 100);
    const more = !query.get('cursor') && some.length > 100;
    query.set('cursor', 'c/1=');
    const next = `https://evil.example${path.replace(/.*\/wiki/, '')}?${query}`;
    answer(response, 200, {
      results: half.map((id) => page(id)),
      _links: more ? { next, base: 'https://evil.example/wiki' } : { base: 'https://evil.example/wiki' },
    });
  });
  const pages = await confluence.pages([...ids, ...ids]);
  expect([...pages.keys()].sort()).toEqual([...ids].sort());
  expect(server.seen.map(({ query }) => query.getAll('id').length)).toEqual(
    expect.arrayContaining([250, 250, 100]),
  );
  expect(server.seen).toHaveLength(5);
  expect(new Set(server.seen.map(({ path }) => path))).toEqual(
    new Set(['/ex/confluence/cloud-1/wiki/api/v2/pages']),
  );
  expect(server.seen.every(({ query }) => query.getAll('status').join() === 'current,archived')).toBe(true);
});

test('a cursor that comes back ends a list, and so does a Link header with only a base', async () => {
  const next = '/wiki/api/v2/spaces?cursor=same';
  const confluence = await serve((_, response) =>
    answer(response, 200, { results: [], _links: { next } }, { link: `<${next}>; rel="next"` }),
  );
  expect(await confluence.spacesByKey(['PLAN'])).toEqual([]);
  expect(server.seen).toHaveLength(2);
  await server.stop();
  const other = await serve((_, response) =>
    answer(response, 200, { results: [] }, { link: '<https://acme.atlassian.net/wiki>; rel="base"' }),
  );
  await other.spacesByKey(['PLAN']);
  expect(server.seen).toHaveLength(1);
});

test('an empty page of a list with a next one does not end it', async () => {
  const confluence = await serve(({ query }, response) =>
    query.get('cursor')
      ? answer(response, 200, { results: [page('5')] })
      : answer(response, 200, { results: [], _links: { next: '/wiki/api/v2/pages?cursor=2&id=5' } }),
  );
  expect([...(await confluence.pages(['5'])).keys()]).toEqual(['5']);
});

test('an item that cannot be read does not hide the others of its list', async () => {
  const confluence = await serve((_, response) =>
    answer(response, 200, { results: [page('5'), { id: 6 }, null, page('7', { version: null }), page('8')] }),
  );
  expect([...(await confluence.pages(['5', '6', '7', '8'])).keys()]).toEqual(['5', '8']);
});

test('a page that was not asked for is left out', async () => {
  const confluence = await serve((_, response) =>
    answer(response, 200, { results: [page('5'), page('66')] }),
  );
  expect([...(await confluence.pages(['5'])).keys()]).toEqual(['5']);
});

test('a read that fails for a moment is sent again, once', async () => {
  let times = 0;
  const confluence = await serve((_, response) => {
    if (times++ === 0) return answer(response, 502, {});
    return answer(response, 200, page('5'));
  });
  expect((await confluence.page('5'))?.id).toBe('5');
  expect(server.seen).toHaveLength(2);
});

test.each<[string, Script, string]>([
  ['a 500', (_, response) => answer(response, 500, {}), 'unavailable'],
  ['a dropped connection', (_, response) => response.destroy(), 'unavailable'],
  [
    'HTML under 200',
    (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
    'unavailable',
  ],
  ['half an answer', (_, response) => response.end(JSON.stringify(page('5')).slice(0, 80)), 'unavailable'],
  [
    'an answer that breaks off',
    (_, response) => {
      response.writeHead(200, { 'content-length': '500' }).write('{"id":');
      response.destroy();
    },
    'unavailable',
  ],
])('%s is an outage, after one more try', async (_, script, is) => {
  const confluence = await serve(script);
  expect(await failureOf(confluence.page('5'))).toEqual({ is });
  expect(server.seen).toHaveLength(2);
});

test.each<[string, Script, object]>([
  ['an answer of another form', (_, response) => answer(response, 200, { id: 5 }), { is: 'unreadable' }],
  [
    'a page without the body asked for',
    (_, response) => answer(response, 200, page('5')),
    { is: 'unreadable' },
  ],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'https://evil.example/' }).end(),
    { is: 'refused' },
  ],
  ['a 403', (_, response) => answer(response, 403, { message: 'no' }), { is: 'forbidden' }],
  [
    'a rate limit',
    (_, response) => answer(response, 429, {}, { 'retry-after': '10' }),
    { is: 'rate_limited' },
  ],
  [
    'a larger answer than is read, however well it is packed',
    (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(30 * 1024 * 1024, 'x'))),
    { is: 'too_large' },
  ],
])('%s is not tried again', async (_, script, failure) => {
  const confluence = await serve(script);
  expect(await failureOf(confluence.page('5', { withBody: true }))).toMatchObject(failure);
  expect(server.seen).toHaveLength(1);
});

test('a request that outlasts the run says so, and not that Confluence is down', async () => {
  const confluence = await serve(() => {}, { deadline: Date.now() + 200 });
  expect(await failureOf(confluence.page('5'))).toEqual({ is: 'out_of_time' });
  expect(await failureOf(confluence.page('5'))).toEqual({ is: 'out_of_time' });
  expect(server.seen).toHaveLength(1);
});

test('an answer that never ends is given up when the run is over', async () => {
  const trickle: Script = (_, response) => {
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  };
  const confluence = await serve(trickle, { deadline: Date.now() + 200.5 });
  expect(await failureOf(confluence.page('5'))).toEqual({ is: 'out_of_time' });
});

test('at most four requests to a site run at once, whoever sends them', async () => {
  let running = 0;
  let most = 0;
  const one = await serve(async (_, response) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 15));
    running--;
    answer(response, 200, page('5'));
  });
  const other = confluenceApi({
    baseUrl: `${server.url}/ex/confluence/cloud-1`,
    authorization: async () => 'Bearer u',
    now: Date.now,
  });
  await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).page('5')));
  expect(most).toBe(4);
});

test.each([
  { code: 401, message: 'Unauthorized; scope does not match' },
  { code: 401, message: 'Unauthorized' },
])('names and the account are left out where the credential may not ask for them: %j', async (body) => {
  const confluence = await serve((_, response) => answer(response, 401, body));
  expect(await confluence.whoAmI()).toBeUndefined();
  expect(await confluence.userNames(['a', 'b'])).toEqual(new Map());
});

test('the largest page that there can be is read, whatever its characters take as JSON', async () => {
  const storage = '"'.repeat(limits.bytes);
  const confluence = await serve((_, response) =>
    answer(response, 200, page('5', { body: { storage: { value: storage } } })),
  );
  expect((await confluence.page('5', { withBody: true }))?.storage?.length).toBe(limits.bytes);
});

test('a title is compared as a whole, because Confluence may answer every page that contains it', async () => {
  const confluence = await serve((_, response) =>
    answer(response, 200, {
      results: [page('1', { title: 'PI 10' }), page('2', { title: 'PI 1' }), page('3', { title: 'pi 1' })],
    }),
  );
  expect((await confluence.pageByTitle('294916', 'PI 1'))?.id).toBe('2');
  expect(await confluence.pageByTitle('294916', 'PI')).toBeUndefined();
  expect(await confluence.pageByTitle('1', 'PI 1')).toBeUndefined();
});

test('a failed request is described without the words of Confluence or what was sent', async () => {
  const confluence = await serve((_, response) =>
    answer(response, 400, { errors: [{ code: 'X', title: 'secret words' }] }, { 'atl-traceid': 'trace-1' }),
  );
  const error = (await confluence.page('5').catch((thrown: unknown) => thrown)) as ConfluenceError;
  expect(error.detail).toEqual({ status: 400, traceId: 'trace-1' });
  expect(`${error.message} ${JSON.stringify(error.detail)}`).not.toContain('secret');
});
