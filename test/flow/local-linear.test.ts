import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinearClient } from '@linear/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningLinear, startLinear } from '../../local/linear/server.ts';

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
  if (!issue) throw new Error('the seed has issues');
  return issue;
};

test('the official client reads who it is and what the workspace holds', async () => {
  const viewer = await client.viewer;
  const organization = await client.organization;
  const teams = await client.teams();
  const projects = await client.projects();
  expect(viewer).toMatchObject({ name: 'Ana Silva', admin: true, app: false });
  expect(organization).toMatchObject({ name: 'Acme', urlKey: 'acme' });
  expect(teams.nodes.map(({ key }) => key).sort()).toEqual(['ENG', 'OPS']);
  expect(projects.nodes.length).toBeGreaterThanOrEqual(2);
  for (const project of projects.nodes) {
    expect((await project.status)?.type).toBe('started');
    expect((await project.teams()).nodes.length).toBeGreaterThan(0);
  }
  const states = await teams.nodes[0]?.states({ filter: { type: { eq: 'started' } } });
  expect(states?.nodes.map(({ name }) => name).sort()).toEqual(['In Progress', 'In Review']);
});

test('the official client pages through all issues, newest first', async () => {
  const page = await client.issues({ first: 3 });
  while (page.pageInfo.hasNextPage) await page.fetchNext();
  expect(page.nodes).toHaveLength(8);
  const created = page.nodes.map(({ createdAt }) => createdAt.getTime());
  expect(created).toEqual(created.toSorted((a, b) => b - a));
});

test('an issue is created, found by its identifier, labelled and moved', async () => {
  const team = (await client.teams({ filter: { key: { eq: 'ENG' } } })).nodes[0];
  const [label] = (await client.issueLabels({ filter: { name: { eqIgnoreCase: 'OMAKASE' } } })).nodes;
  const payload = await client.createIssue({ teamId: team?.id ?? '', title: 'New', description: '* a  \n' });
  const created = await payload.issue;
  expect(payload.success).toBe(true);
  expect(created).toMatchObject({ title: 'New', description: '- a', priority: 0 });
  expect((await created?.state)?.type).toBe('backlog');

  await client.updateIssue(created?.identifier ?? '', { addedLabelIds: [label?.id ?? ''] });
  const issue = await client.issue(created?.identifier ?? '');
  expect(issue.id).toBe(created?.id);
  expect(issue.labelIds).toEqual([label?.id]);
  expect(issue.updatedAt.getTime()).toBeGreaterThan(created?.updatedAt.getTime() ?? 0);
  const labelled = await client.issues({ filter: { labels: { some: { name: { eq: 'omakase' } } } } });
  expect(labelled.nodes.map(({ id }) => id)).toContain(issue.id);

  const done = (await team?.states({ filter: { type: { eq: 'completed' } } }))?.nodes[0];
  await issue.update({ stateId: done?.id ?? '' });
  expect((await client.issue(issue.id)).completedAt).toBeInstanceOf(Date);
});

test('setting what is already so moves nothing', async () => {
  const issue = await firstIssue();
  await issue.update({ title: issue.title, priority: issue.priority });
  expect((await client.issue(issue.id)).updatedAt).toEqual(issue.updatedAt);
});

test('a deleted issue is in the trash, seen only with includeArchived', async () => {
  const issue = await firstIssue();
  await issue.delete();
  expect((await client.issue(issue.id)).trashed).toBe(true);
  const filter = { id: { eq: issue.id } };
  expect((await client.issues({ filter })).nodes).toHaveLength(0);
  expect((await client.issues({ filter, includeArchived: true })).nodes).toHaveLength(1);
  await issue.unarchive();
  expect((await client.issues({ filter })).nodes).toHaveLength(1);
});

test('a client-supplied id is used once: a comment conflicts with 200, an issue with 400', async () => {
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

test('an attachment is one per issue and url', async () => {
  const issue = await firstIssue();
  const url = 'https://example.test/run/1';
  const first = await client.createAttachment({ issueId: issue.identifier, url, title: 'Run' });
  const second = await client.createAttachment({ issueId: issue.id, url, title: 'Run, done' });
  expect(second.attachmentId).toBe(first.attachmentId);
  const found = await client.attachmentsForURL(url);
  expect(found.nodes.map(({ title }) => title)).toEqual(['Run, done']);
});

test('refusals come in the envelopes of Linear', async () => {
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

test('a batch update is at most 50 issues, and whole or not at all', async () => {
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

test('what would be inconsistent is refused: foreign states, foreign projects, label groups', async () => {
  const issue = await firstIssue();
  const other = (await client.teams({ filter: { id: { neq: (await issue.team)?.id ?? '' } } })).nodes[0];
  const foreign = (await other?.states())?.nodes[0];
  await expect(issue.update({ stateId: foreign?.id ?? '' })).rejects.toThrow('Discrepancy');
  const [group] = (await client.issueLabels({ filter: { isGroup: { eq: true } } })).nodes;
  await expect(issue.update({ addedLabelIds: [group?.id ?? ''] })).rejects.toThrow('group');
});

test('another organization is another world', async () => {
  const other = await post('/_local/organizations', { name: 'Globex' });
  expect(other.status).toBe(201);
  const globex = new LinearClient({ apiKey: other.body.adminKey, apiUrl: `${linear.url}/graphql` });
  expect((await globex.organization).id).toBe(other.body.id);
  const ours = await firstIssue();
  await expect(globex.issue(ours.id)).rejects.toThrow('Entity not found: Issue');
  const theirs = await globex.issues();
  expect(theirs.nodes.map(({ id }) => id)).not.toContain(ours.id);
});

test('the budgets are in the headers and in rateLimitStatus', async () => {
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

test('a fault strikes the operation it names, as often as it was asked to', async () => {
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

test('a timeout after applying leaves the change and no answer', async () => {
  const issue = await firstIssue();
  await post('/_local/faults', { kind: 'timeout-after', operation: 'issueUpdate', timeoutMs: 0 });
  const update = `mutation { issueUpdate(id: "${issue.id}", input: { title: "Applied" }) { success } }`;
  await expect(graphql(update)).rejects.toThrow('fetch failed');
  expect((await client.issue(issue.id)).title).toBe('Applied');
});

test('a handle refuses a body it does not understand and says what it wants', async () => {
  for (const [path, body] of [
    ['/_local/clock', { advanceMs: 'soon' }],
    ['/_local/faults', { kind: 'meteor' }],
    ['/_local/seed', { issues: -1 }],
    ['/_local/organizations', {}],
  ] as const) {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/→ at /);
  }
});

test('volume can be seeded, and reset brings back the beginning', async () => {
  await post('/_local/seed', { teams: 1, projects: 2, issues: 300 });
  expect((await client.issues({ first: 200 })).pageInfo.hasNextPage).toBe(true);
  const before = (await client.organization).id;
  await post('/_local/reset', {});
  expect((await client.issues()).nodes).toHaveLength(8);
  expect((await client.organization).id).not.toBe(before);
  const { requests } = JSON.parse(await (await fetch(`${linear.url}/_local/requests`)).text());
  expect(requests).toMatchObject([{ fields: ['issues'], status: 200 }, { fields: ['organization'] }]);
});
