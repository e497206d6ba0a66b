import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Harness, PLAN_PAGE, PLAN_SPACE, startHarness } from '../../support/local-confluence/harness.ts';
import { foreignPages, openSocket, sendRaw, statusOf } from '../../support/raw-http.ts';

/** Requests that no client should send. They are refused, and the next request is answered as usual. */

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(async () => {
  expect((await h.page(PLAN_PAGE)).title).toBe('PI 1 plan');
  await h.reset();
});
afterAll(() => h.close());

test.each(foreignPages)('%s may not call it', async (_, headers) => {
  expect(await statusOf(`${h.confluence.url}/_local/reset`, headers)).toBe(403);
  expect(await statusOf(h.confluence.tokenUrl, headers)).toBe(403);
});

test('a body of more than 5 MB is refused, and one just below is stored', async () => {
  const paragraph = `<p>${'x'.repeat(990)}</p>`;
  const large = await h.put(PLAN_PAGE, h.storage(paragraph.repeat(5200)));
  expect(large.status).toBe(200);
  expect((await h.storageOf(PLAN_PAGE)).length).toBe(5200 * paragraph.length);
  expect((await h.put(PLAN_PAGE, h.storage('y'.repeat(5 * 1024 * 1024)))).status).toBe(413);
  const { status } = await h.send(`${h.confluence.gatewayUrl}/wiki/api/v2/pages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${h.token()}`, 'content-type': 'application/json' },
    body: 'z'.repeat(11_000_000),
  });
  expect(status).toBe(413);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(2);
});

test.each([
  '0x10',
  '-1',
  '1e3',
  '9223372036854775808',
  '1'.repeat(400),
  'undefined',
  '__proto__',
  'constructor',
  '%00',
  '%2e%2e',
  '%ff',
  '４０９６００１',
  "1' or 1=1",
  ' ',
])('the id %j is refused', async (id) => {
  for (const path of ['', '/versions', '/properties', '/descendants', '/labels']) {
    const { status } = await h.get(`/api/v2/pages/${encodeURI(id)}${path}`);
    expect([400, 404, 501], path).toContain(status);
  }
  const v1 = await h.get(`/rest/api/content/${encodeURI(id)}/restriction`);
  expect([404, 501]).toContain(v1.status);
});

test('bodies that are no JSON objects are refused', async () => {
  const send = (method: string, path: string, body: string) =>
    h.send(`${h.confluence.gatewayUrl}/wiki${path}`, {
      method,
      headers: { authorization: `Bearer ${h.token()}`, 'content-type': 'application/json' },
      body,
    });
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  for (const body of ['', '{', 'null', '[]', '7', '"x"', '{"__proto__":{"status":"current"}}', deep]) {
    for (const [method, path] of [
      ['PUT', `/api/v2/pages/${PLAN_PAGE}`],
      ['PUT', `/api/v2/pages/${PLAN_PAGE}/title`],
      ['POST', '/api/v2/pages'],
      ['POST', `/api/v2/pages/${PLAN_PAGE}/properties`],
      ['PUT', '/api/v2/tasks/9007199254740997'],
      ['POST', '/api/v2/users-bulk'],
      ['POST', `/rest/api/content/${PLAN_PAGE}/label`],
    ] as const) {
      const answer = await send(method, path, body);
      // A label list may be empty.
      expect([400, 200].slice(0, body === '[]' ? 2 : 1), `${method} ${path} ${body.slice(0, 20)}`).toContain(
        answer.status,
      );
    }
  }
  for (const path of ['faults', 'clock', 'seed', 'switches', 'people', `pages/${PLAN_PAGE}/edit`]) {
    const answer = await h.send(`${h.confluence.url}/_local/${path}`, { method: 'POST', body: 'null' });
    expect(answer.status, path).toBe(400);
  }
});

test('storage that is deep, hostile or of unusual characters is refused or kept', async () => {
  const write = (value: string) => h.put(PLAN_PAGE, h.storage(value));
  for (const kept of ['', '   ', '<p>🛗 \u202e</p>', '<p>&#x1F6D7;&nbsp;</p>', '<p>a\r\nb</p>', 'x']) {
    expect((await write(kept)).status, kept).toBe(200);
    expect(await h.storageOf(PLAN_PAGE)).toBe(kept);
  }
  const refused = [
    '<p>',
    '</p>',
    '<p a="1" a="2">x</p>',
    '<p>&unknown;</p>',
    '<p>\u0000</p>',
    '<p>\ud800</p>',
    '<!DOCTYPE x [<!ENTITY a "b">]><p>&a;</p>',
    '</root><root>',
    `${'<b>'.repeat(20_000)}${'</b>'.repeat(20_000)}`,
  ];
  for (const value of refused) {
    const answer = await write(value);
    expect(answer.status, value.slice(0, 40)).toBe(400);
    expect(answer.body.errors[0].title).toContain('Error parsing xhtml');
  }
});

test('titles may have any characters, and their addresses are escaped', async () => {
  for (const title of ['a/b?c#d%e', '名前 🛗', '<script>', '"', 'x'.repeat(255)]) {
    const made = await h.api('POST', '/api/v2/pages', { spaceId: PLAN_SPACE, title, ...h.storage('') });
    expect(made.status, title).toBe(200);
    expect(made.body._links.webui).toMatch(/^\/spaces\/PLAN\/pages\/\d+\/[\w.!~*'()+%-]+$/);
    const found = await h.get(`/api/v2/pages?title=${encodeURIComponent(title)}`);
    expect(found.body.results.map((one: { id: string }) => one.id)).toEqual([made.body.id]);
  }
});

test('of concurrent updates to one version only one succeeds', async () => {
  const { title, version } = await h.page(PLAN_PAGE);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      h.api('PUT', `/api/v2/pages/${PLAN_PAGE}`, {
        id: PLAN_PAGE,
        status: 'current',
        title,
        ...h.storage(`<p>${index}</p>`),
        version: { number: version.number + 1 },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(29).fill(409)]);
  const winner = answers.findIndex(({ status }) => status === 200);
  expect(await h.storageOf(PLAN_PAGE)).toBe(`<p>${winner}</p>`);
});

test('unusual methods and paths do no harm', async () => {
  const { url, gatewayUrl } = h.confluence;
  const authorization = `Bearer ${h.token()}`;
  const path = `/wiki/api/v2/pages/${PLAN_PAGE}`;
  const head = await h.send(`${gatewayUrl}${path}`, { method: 'HEAD', headers: { authorization } });
  expect([head.status, head.text]).toEqual([200, '']);
  for (const method of ['OPTIONS', 'PATCH', 'POST'])
    expect((await h.send(`${gatewayUrl}${path}`, { method, headers: { authorization } })).status).toBe(501);
  for (const one of [
    '//',
    `/${path}`,
    '/%',
    '/ex/confluence/',
    '/ex/confluence//wiki',
    '/constructor',
    '/wiki/api/',
  ])
    expect((await h.send(url + one)).status, one).toBeLessThan(500);
  expect((await h.send(`${gatewayUrl}/${path}`, { headers: { authorization } })).status).toBe(404);
  const bytes = (line: string) => sendRaw(url, [line]);
  expect(await bytes('GET http://elsewhere.test/wiki/api/v2/pages HTTP/1.1')).toBeLessThan(500);
  expect(await bytes('GET /wiki/../wiki/api/v2/pages HTTP/1.1')).toBe(401);
  for (const value of ['', 'Bearer', 'Basic', 'Basic ====', `Basic ${btoa(':')}`, 'bearer __proto__'])
    expect((await h.get('/api/v2/pages', { authorization: value })).status, value).toBe(401);
});

test('a connection that breaks in the middle of a body changes nothing', async () => {
  for (let count = 0; count < 10; count++) {
    const { socket, closed } = openSocket(h.confluence.url);
    socket.write(
      `PUT /ex/confluence/${h.confluence.cloudId}/wiki/api/v2/pages/${PLAN_PAGE} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${h.token()}\r\ncontent-length: 900\r\n\r\n{"id`,
    );
    setTimeout(() => socket.destroy(), 5);
    await closed;
  }
  expect((await h.page(PLAN_PAGE)).version.number).toBe(1);
});
