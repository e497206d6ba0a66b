import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Harness, startHarness } from '../../support/local-linear/harness.ts';
import { foreignPages, statusOf } from '../../support/raw-http.ts';

/** Requests that no client should send. They are refused, and the next request is answered as usual. */

let h: Harness;

beforeAll(async () => {
  h = await startHarness();
});
afterEach(async () => {
  expect((await h.graphql('{ viewer { name } }')).body.data.viewer.name).toBe('Ana Silva');
  await h.reset();
});
afterAll(() => h.close());

const send = async (body: string | undefined, headers: Record<string, string> = {}, path = '/graphql') => {
  const response = await fetch(h.linear.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: h.linear.adminKey, ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
};

test.each<[string, string | undefined, Record<string, string>]>([
  ['no bytes', undefined, {}],
  ['invalid JSON', '{"query":', {}],
  ['a string', '"{ viewer { id } }"', {}],
  ['a batch', '[{"query":"{ viewer { id } }"}]', {}],
  ['null', 'null', {}],
  ['no query', '{"variables":{}}', {}],
  ['an invalid query', '{"query":"not graphql {"}', {}],
  ['an empty query', '{"query":""}', {}],
  ['a number', '{"query":7}', {}],
  ['variables that are a list', '{"query":"{ viewer { id } }","variables":[1]}', {}],
  ['a form', 'query={viewer{id}}', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['text', '{"query":"{ viewer { id } }"}', { 'content-type': 'text/plain' }],
  [
    'circular fragments',
    '{"query":"{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }"}',
    {},
  ],
  ['a subscription', '{"query":"subscription { issues { id } }"}', {}],
  [
    'two operations without operationName',
    '{"query":"query A { viewer { id } } query B { viewer { id } }"}',
    {},
  ],
  ['an unknown operationName', '{"query":"query A { viewer { id } }","operationName":"C"}', {}],
  ['prototype properties', '{"query":"{ __proto__ { id } constructor { id } }"}', {}],
])('a request body with %s is refused with 400', async (_, body, headers) => {
  const answer = await send(body, headers);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text).errors[0].extensions.type).toBe('graphql error');
});

test('deep nesting is refused by depth or by complexity', async () => {
  const nested = (depth: number) =>
    `{ issues(first: 1) { nodes { ${'parent { '.repeat(depth)} id ${'} '.repeat(depth)} } } }`;
  expect((await h.graphql(nested(100))).status).toBe(200);
  for (const depth of [20_000, 200_000]) expect((await h.graphql(nested(depth))).status).toBe(400);
  const lists = (depth: number) =>
    `{ issues(first: 50) { nodes { ${'children(first: 50) { nodes { '.repeat(depth)} id ${'} } '.repeat(depth)} } } }`;
  const answer = await h.graphql(lists(20));
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].message).toContain('Query too complex');
  const [open, close] = ['['.repeat(100_000), ']'.repeat(100_000)];
  expect((await send(`{"query":"{ viewer { id } }","variables":{"a":${open}${close}}}`)).status).toBeLessThan(
    500,
  );
});

test('a thousand aliases are answered, or refused if they are too complex', async () => {
  const aliases = (count: number, field: string) =>
    `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} }`;
  const answer = await h.graphql(aliases(1000, 'viewer { id }'));
  expect(Object.keys(answer.body.data)).toHaveLength(1000);
  expect((await h.graphql(aliases(1000, 'issues(first: 50) { nodes { id } }'))).status).toBe(400);
  const repeated = `{ viewer { ${'id '.repeat(5000)} } }`;
  expect((await h.graphql(repeated)).status).toBeLessThan(500);
  expect((await h.graphql(aliases(60_000, 'viewer { id }'))).text).toContain('more than 50000 tokens');
});

test('large variables are accepted, and bodies over the limit are refused', async () => {
  await h.switchTo({ descriptionLimit: 5_000_000 });
  const issue = await h.firstIssue();
  const update =
    'mutation($id: String!, $d: String!) { issueUpdate(id: $id, input: { description: $d }) { success } }';
  const long = await h.graphql(update, { id: issue.id, d: 'x'.repeat(5_000_000) });
  expect(long.body.data.issueUpdate.success).toBe(true);
  const query = 'query($ids: [ID!]!) { issues(filter: { id: { in: $ids } }) { nodes { id } } }';
  const ids = Array.from({ length: 100_000 }, () => crypto.randomUUID());
  expect((await h.graphql(query, { ids: [...ids, issue.id] })).body.data.issues.nodes).toEqual([
    { id: issue.id },
  ]);
  expect((await send(JSON.stringify({ query, variables: { ids: ['x'.repeat(11_000_000)] } }))).status).toBe(
    413,
  );
});

test('a long or deep filter is answered', async () => {
  const or = Array.from({ length: 2000 }, (_, n) => ({ title: { contains: `nothing ${n}` } }));
  const query = 'query($filter: IssueFilter) { issues(filter: $filter) { nodes { id } } }';
  expect((await h.graphql(query, { filter: { or } })).body.data.issues.nodes).toEqual([]);
  for (const depth of [500, 5000, 100_000]) {
    const deep = `${'{"and":['.repeat(depth)}{"title":{"eq":"x"}}${']}'.repeat(depth)}`;
    const answer = await send(`{"query":${JSON.stringify(query)},"variables":{"filter":${deep}}}`);
    expect(answer.status, String(depth)).toBeLessThan(500);
  }
});

test('invalid variables are named and refused before anything is changed', async () => {
  const create = 'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success } }';
  for (const input of [
    undefined,
    null,
    {},
    { teamId: 7 },
    { teamId: 'x', shoeSize: 1 },
    { teamId: 'x', priority: 'high' },
  ]) {
    const answer = await h.graphql(create, { input });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].message).toContain('$input');
  }
  const team = await (await h.firstIssue()).team;
  for (const values of [
    { title: '' },
    { title: 'x', id: 'mine' },
    { title: 'x', priority: -1 },
    { title: 'x', labelIds: ['omakase'] },
  ]) {
    const answer = await h.graphql(create, { input: { teamId: team?.id, ...values } });
    expect(answer.body.errors[0].extensions.type).toBe('invalid input');
  }
  expect((await h.admin.issues()).nodes).toHaveLength(8);
});

test('unusual paths, methods and headers do not crash the server', async () => {
  for (const path of ['//', '/%', '/graphql/..%2f', '/constructor', '/_local/', `/${'x'.repeat(4000)}`]) {
    expect((await fetch(h.linear.url + path)).status).toBeLessThan(500);
  }
  for (const method of ['PUT', 'PATCH', 'OPTIONS', 'HEAD']) {
    expect((await fetch(`${h.linear.url}/graphql`, { method })).status).toBe(404);
  }
  const target = new URL(h.linear.url);
  const status = await new Promise((resolve) =>
    httpRequest(
      { host: target.hostname, port: target.port, path: 'http://elsewhere.test/graphql', method: 'GET' },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    ).end(),
  );
  expect(status).toBeLessThan(500);
  for (const authorization of ['', 'Bearer', 'Bearer  ', 'Basic x', 'bearer constructor', '__proto__']) {
    expect((await h.graphql('{ viewer { id } }', {}, authorization)).status).toBeGreaterThanOrEqual(400);
  }
});

test('a connection that breaks in the middle of a body does no harm', async () => {
  const { hostname, port } = new URL(h.linear.url);
  for (let count = 0; count < 20; count += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"query',
        );
        setTimeout(() => socket.destroy(), 5);
      });
      socket.on('close', () => resolve());
      socket.on('error', () => {});
    });
  }
});

test('a thousand concurrent mutations all succeed, and each issue number is used once', async () => {
  const team = await (await h.firstIssue()).team;
  const create =
    'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { identifier } } }';
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      h.graphql(create, { input: { teamId: team?.id, title: `Issue ${n}` } }),
    ),
  );
  const identifiers = answers.map(({ body }) => body.data.issueCreate.issue.identifier);
  expect(new Set(identifiers).size).toBe(1000);
});

test('only one of several concurrent creates with the same id succeeds, and concurrent updates end in one of their values', async () => {
  const issue = await h.firstIssue();
  const id = crypto.randomUUID();
  const comment = 'mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }';
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      h.graphql(comment, { input: { id, issueId: issue.id, body: `${n}` } }),
    ),
  );
  expect(answers.filter(({ body }) => body.data?.commentCreate.success)).toHaveLength(1);
  await Promise.all(Array.from({ length: 50 }, (_, n) => issue.update({ title: `Title ${n}` })));
  expect((await h.admin.issue(issue.id)).title).toMatch(/^Title \d+$/);
});

test('the control API refuses invalid bodies and changes nothing', async () => {
  const bodies: [string, unknown][] = [
    ['clock', { advanceMs: -1 }],
    ['clock', { advanceMs: 1e300 }],
    ['seed', { issues: 1e9 }],
    ['organizations', { name: ' ' }],
    ['users', {}],
    ['applications', { name: 'x', redirectUri: 'no url' }],
    ['limits', { requests: 0 }],
    ['events', { type: 'Weather', action: 'create' }],
    ['webhook', { resourceTypes: ['Weather'] }],
    ['access', { canAccessAllPublicTeams: 'yes' }],
    ['seed?organization=nobody', { issues: 1 }],
    ['revoke', {}],
  ];
  for (const [name, body] of bodies) {
    const answer = await h.post(`/_local/${name}`, body);
    expect(answer.status, name).toBe(400);
    expect(answer.body.error, name).not.toBe('');
  }
  expect((await send('not json', {}, '/_local/clock')).status).toBe(400);
});

test.each(foreignPages)('the local Linear refuses %s on every path', async (_, headers) => {
  for (const path of ['/graphql', '/oauth/authorize', '/oauth/token', '/issues', '/_local/reset'])
    expect(await statusOf(h.linear.url + path, headers), path).toBe(403);
});
