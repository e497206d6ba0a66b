import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinearClient } from '@linear/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningLinear, startLinear } from '../../../local/linear/server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-'));
let linear: RunningLinear;
let client: LinearClient;

beforeAll(async () => {
  linear = await startLinear({ port: 0, dataDir });
  client = new LinearClient({ apiKey: linear.adminKey, apiUrl: `${linear.url}/graphql` });
});
afterAll(async () => {
  await linear.close();
  rmSync(dataDir, { recursive: true });
});

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(linear.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
};
const graphql = (query: string, variables: object = {}, authorization = linear.adminKey) =>
  post('/graphql', { query, variables }, { authorization });

const firstIssue = async () => {
  const issue = (await client.issues({ first: 1 })).nodes[0];
  if (!issue) throw new Error('the seed has no issues');
  return issue;
};

test('a client-supplied id works once: a second comment gets a conflict with 200, an issue with 400', async () => {
  const issue = await firstIssue();
  const team = await issue.team;
  const comment = { id: crypto.randomUUID(), issueId: issue.id, body: 'Once' };
  const createComment = 'mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }';
  expect((await graphql(createComment, { input: comment })).body.data.commentCreate.success).toBe(true);
  const again = await graphql(createComment, { input: comment });
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({
    data: null,
    errors: [{ message: 'conflict on insert of Comment', extensions: { code: 'INPUT_ERROR' } }],
  });
  expect((await issue.comments()).nodes).toHaveLength(1);

  const input = { id: issue.id, teamId: team?.id, title: 'Twice' };
  const createIssue = 'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success } }';
  const taken = await graphql(createIssue, { input: { ...input } });
  expect(taken.status).toBe(400);
  expect(taken.body.errors[0].message).toBe('conflict on insert of Issue');
});

test('errors have Linear’s envelope', async () => {
  const unknown = await graphql(`{ issue(id: "${crypto.randomUUID()}") { id } }`);
  expect(unknown.status).toBe(200);
  expect(unknown.body).toMatchObject({
    data: null,
    errors: [
      {
        message: 'Entity not found: Issue',
        path: ['issue'],
        extensions: {
          type: 'invalid input',
          code: 'INPUT_ERROR',
          statusCode: 400,
          userError: true,
          userPresentableMessage: 'Could not find referenced Issue.',
        },
      },
    ],
  });
  const tooMany = await graphql('{ issues(first: 251) { nodes { id } } }');
  expect(tooMany.status).toBe(200);
  expect(tooMany.body.errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', type: 'invalid input' });
  const wrongField = await graphql('{ viewer { shoeSize } }');
  expect(wrongField.status).toBe(400);
  expect(wrongField.body.errors[0].extensions).toMatchObject({
    type: 'graphql error',
    code: 'GRAPHQL_VALIDATION_FAILED',
  });
  const stranger = await graphql('{ viewer { id } }', {}, 'Bearer nobody');
  expect(stranger.status).toBe(401);
  expect(stranger.body.errors[0]).toMatchObject({
    message: 'Authentication required, not authenticated',
    extensions: { type: 'authentication error', code: 'AUTHENTICATION_ERROR' },
  });
  const gap = await graphql('mutation { favoriteDelete(id: "x") { success } }');
  expect(gap.body.errors[0].message).toContain('does not implement Mutation.favoriteDelete');
});

test('a batch update accepts at most 50 issues and changes all of them or none', async () => {
  const issue = await firstIssue();
  const update =
    'mutation($ids: [UUID!]!) { issueBatchUpdate(ids: $ids, input: { priority: 4 }) { success issues { priority } } }';
  const tooMany = await graphql(update, { ids: Array.from({ length: 51 }, () => crypto.randomUUID()) });
  expect(tooMany.body.errors[0].extensions.code).toBe('INVALID_INPUT');
  const half = await graphql(update, { ids: [issue.id, crypto.randomUUID()] });
  expect(half.body.errors[0].message).toBe('Entity not found: Issue');
  expect((await client.issue(issue.id)).priority).toBe(issue.priority);
  const whole = await graphql(update, { ids: [issue.id] });
  expect(whole.body.data.issueBatchUpdate.issues).toEqual([{ priority: 4 }]);
});

test('inconsistent updates are refused: states of another team, projects of another team, label groups', async () => {
  const issue = await firstIssue();
  const other = (await client.teams({ filter: { id: { neq: (await issue.team)?.id ?? '' } } })).nodes[0];
  const foreign = (await other?.states())?.nodes[0];
  await expect(issue.update({ stateId: foreign?.id ?? '' })).rejects.toThrow('Discrepancy');
  const [group] = (await client.issueLabels({ filter: { isGroup: { eq: true } } })).nodes;
  await expect(issue.update({ addedLabelIds: [group?.id ?? ''] })).rejects.toThrow('group');
});

test('the rate limits are in the headers and in rateLimitStatus', async () => {
  const answer = await graphql(
    '{ rateLimitStatus { kind limits { type allowedAmount remainingAmount reset } } }',
  );
  expect(answer.headers.get('x-ratelimit-requests-limit')).toBe('2500');
  expect(Number(answer.headers.get('x-ratelimit-requests-reset'))).toBeGreaterThan(Date.now());
  expect(answer.body.data.rateLimitStatus.limits.map(({ type }: { type: string }) => type)).toEqual([
    'requests',
    'complexity',
  ]);
});

test('a fault applies to the operation that it names, as often as its count says', async () => {
  await post('/_local/faults', { kind: 'rate-limit', operation: 'viewer' });
  await post('/_local/faults', { kind: '5xx', operation: 'viewer' });
  const team = await graphql('{ teams { nodes { id } } }');
  expect(team.status).toBe(200);
  const limited = await graphql('{ viewer { id } }');
  expect(limited.status).toBe(400);
  expect(limited.body.errors[0].extensions).toMatchObject({ type: 'ratelimited', code: 'RATELIMITED' });
  const failed = await fetch(`${linear.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: linear.adminKey },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  expect(failed.status).toBe(503);
  expect((await graphql('{ viewer { id } }')).status).toBe(200);
});

test('timeout-after carries out the mutation but sends no answer', async () => {
  const issue = await firstIssue();
  await post('/_local/faults', { kind: 'timeout-after', operation: 'issueUpdate', timeoutMs: 0 });
  const update = `mutation { issueUpdate(id: "${issue.id}", input: { title: "Applied" }) { success } }`;
  await expect(graphql(update)).rejects.toThrow('fetch failed');
  expect((await client.issue(issue.id)).title).toBe('Applied');
});

test('the control API refuses an invalid body and says what it expects', async () => {
  for (const [path, body] of [
    ['/_local/clock', { advanceMs: 'soon' }],
    ['/_local/faults', { kind: 'meteor' }],
    ['/_local/seed', { issues: -1 }],
    ['/_local/seed', { issues: 2, blocks: [[1, 3]] }],
    ['/_local/seed', { issues: 2, blocks: [[2, 2]] }],
    ['/_local/organizations', {}],
  ] as const) {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/→ at /);
  }
});

test('a chain of 1,000 issues and one that blocks 5,000 can be seeded', async () => {
  const chain = Array.from({ length: 999 }, (_, n) => [n + 1, n + 2]);
  const star = Array.from({ length: 5_000 }, (_, n) => [1_001, n + 1_002]);
  const seeded = await post('/_local/seed', { issues: 6_001, blocks: [...chain, ...star] });
  expect(seeded.status).toBe(201);
  const titled = async (title: string) =>
    (await client.issues({ filter: { title: { eq: title } } })).nodes[0] ?? expect.fail(`no ${title}`);
  const blockersOf = async (title: string) =>
    Promise.all(
      (await (await titled(title)).inverseRelations()).nodes.map(async ({ issue }) => (await issue)?.title),
    );
  expect(await blockersOf('Issue 1')).toEqual([]);
  expect(await blockersOf('Issue 1000')).toEqual(['Issue 999']);
  expect(await blockersOf('Issue 6001')).toEqual(['Issue 1001']);
  expect((await (await titled('Issue 1001')).relations({ first: 250 })).nodes).toHaveLength(250);
  await post('/_local/reset', {});
});

test('rows can be seeded in bulk, and a reset restores the first workspace', async () => {
  await post('/_local/seed', { teams: 1, projects: 2, issues: 300 });
  expect((await client.issues({ first: 200 })).pageInfo.hasNextPage).toBe(true);
  const before = (await client.organization).id;
  await post('/_local/reset', {});
  expect((await client.issues()).nodes).toHaveLength(8);
  expect((await client.organization).id).not.toBe(before);
  const { requests } = JSON.parse(await (await fetch(`${linear.url}/_local/requests`)).text());
  expect(requests).toMatchObject([{ fields: ['issues'], status: 200 }, { fields: ['organization'] }]);
});
