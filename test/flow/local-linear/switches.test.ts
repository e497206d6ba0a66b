import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Harness, startHarness } from '../../support/local-linear/harness.ts';

let h: Harness;

beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const updatedAt = async (id: string) => (await h.admin.issue(id)).updatedAt.getTime();

test('every switch shows its value, default and choices, and accepts no other value', async () => {
  const { switches } = await h.get('/_local/switches');
  expect(switches.retryTimestamp).toEqual({
    value: 'original',
    default: 'original',
    values: ['original', 'restamped'],
  });
  expect(switches.rateLimitStatus.values).toEqual([400, 200]);
  expect(switches.archiveMovesUpdatedAt.values).toEqual([true, false]);
  for (const body of [
    {},
    { retryTimestamp: 'sometimes' },
    { noSuchSwitch: true },
    { rateLimitStatus: 429 },
  ]) {
    const refused = await h.post('/_local/switches', body);
    expect(refused.status).toBe(400);
    expect(refused.body.error).not.toBe('');
  }
});

test('every switch is changed in some test', async () => {
  const { switches } = await h.get('/_local/switches');
  const folder = new URL('.', import.meta.url);
  const tests = readdirSync(folder).filter((file) => /\.test\.ts$/.test(file));
  const changed = tests
    .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/switchTo\(\{([^}]*)\}\)/g)])
    .map(([, changes]) => changes)
    .join();
  expect(Object.keys(switches).filter((name) => !new RegExp(`\\b${name}\\b`).test(changed))).toEqual([]);
});

test('switches keep their values until a reset', async () => {
  await h.switchTo({ retryTimestamp: 'restamped' });
  expect((await h.get('/_local/switches')).switches.retryTimestamp.value).toBe('restamped');
  await h.local('reset');
  expect((await h.get('/_local/switches')).switches.retryTimestamp.value).toBe('original');
});

test('exceeding a rate limit answers 400 or 200, with or without retry-after, as the switches say', async () => {
  await h.local('limits', { requests: 1 });
  const { access_token } = await h.connect();
  const ask = () => h.graphql('{ viewer { id } }', {}, `Bearer ${access_token}`);
  expect((await ask()).status).toBe(200);
  const limited = await ask();
  expect(limited.status).toBe(400);
  expect(limited.headers.get('retry-after')).toBeNull();
  expect(limited.body.errors[0]).toMatchObject({
    message: 'Rate limit exceeded. Only 1 requests are allowed per 1 hour.',
    extensions: { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429, userError: true },
  });
  await h.switchTo({ rateLimitStatus: 200, retryAfterHeader: 'present' });
  const again = await ask();
  expect(again.status).toBe(200);
  expect(again.headers.get('retry-after')).toBe('60');
  expect(again.body.errors[0].extensions.code).toBe('RATELIMITED');
  await h.local('faults', { kind: 'rate-limit' });
  expect((await h.graphql('{ viewer { id } }')).status).toBe(200);
});

test('an unknown token is refused with 401, 400 or 200, as the switch says', async () => {
  for (const authenticationStatus of [401, 400, 200]) {
    await h.switchTo({ authenticationStatus });
    const refused = await h.graphql('{ viewer { id } }', {}, 'Bearer nobody');
    expect(refused.status).toBe(authenticationStatus);
    expect(refused.body.errors[0].extensions.code).toBe('AUTHENTICATION_ERROR');
  }
});

test('a query above 10,000 points is refused by the complexity rule of the switch', async () => {
  const query = '{ issues(first: 250) { nodes { labels(first: 40) { nodes { id } } } } }';
  const refused = await h.graphql(query);
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].message).toContain('Query too complex');
  await h.switchTo({ complexity: 'measured' });
  const answered = await h.graphql(query);
  expect(answered.status).toBe(200);
  expect(answered.headers.get('x-complexity')).toBe('120');
  await h.switchTo({ complexity: 'documented' });
  expect((await h.graphql('{ viewer { id } }')).headers.get('x-complexity')).toBe('2');
});

test('archiving moves updatedAt or not, as the switch says', async () => {
  const issue = await h.firstIssue();
  const moves = async () => {
    const moved: boolean[] = [];
    for (const act of [
      () => issue.archive(),
      () => issue.unarchive(),
      () => issue.delete(),
      () => issue.unarchive(),
    ]) {
      const before = await updatedAt(issue.id);
      await act();
      moved.push((await updatedAt(issue.id)) > before);
    }
    return moved;
  };
  expect(await moves()).toEqual([true, true, true, true]);
  await h.switchTo({ archiveMovesUpdatedAt: false });
  expect(await moves()).toEqual([false, false, false, false]);
});

test('comments and attachments move the issue’s updatedAt or not, as the switch says', async () => {
  const issueId = (await h.firstIssue()).id;
  const moves = async (round: string) => {
    const before = await updatedAt(issueId);
    await h.admin.createComment({ issueId, body: round });
    await h.admin.createAttachment({ issueId, title: round, url: `https://example.test/${round}` });
    return (await updatedAt(issueId)) > before;
  };
  expect(await moves('kept')).toBe(false);
  await h.switchTo({ commentMovesUpdatedAt: true });
  expect(await moves('moved')).toBe(true);
});

test('a relation moves the updatedAt of the issues at its ends or not, as the switch says', async () => {
  const ids = (await h.admin.issues({ first: 3 })).nodes.map(({ id }) => id);
  const [issueId = '', relatedIssueId = '', third = ''] = ids;
  /** Which of the three issues each step moves. */
  const moves = async () => {
    let relation: { id: string } | undefined;
    const moved: number[][] = [];
    for (const act of [
      async () => {
        const input = { issueId, relatedIssueId, type: 'blocks' as never };
        relation = await (await h.admin.createIssueRelation(input)).issueRelation;
      },
      () => h.admin.updateIssueRelation(relation?.id ?? '', { relatedIssueId: third }),
      () => h.admin.updateIssueRelation(relation?.id ?? '', { relatedIssueId: third }),
      () => h.admin.deleteIssueRelation(relation?.id ?? ''),
    ]) {
      const before = await Promise.all(ids.map(updatedAt));
      await act();
      const after = await Promise.all(ids.map(updatedAt));
      moved.push([0, 1, 2].filter((n) => after[n] !== before[n]));
    }
    return moved;
  };
  expect(await moves()).toEqual([[], [], [], []]);
  await h.switchTo({ commentMovesUpdatedAt: true });
  expect(await moves()).toEqual([[0, 1], [0, 1, 2], [], [0, 2]]);
});

test('a relation to an issue that the caller cannot see is left out or fails, as the switch says', async () => {
  const { access_token } = await h.connect();
  const [team, other] = (await h.admin.teams()).nodes;
  const create = async (teamId = '') =>
    (await h.admin.createIssue({ teamId, title: 'One of two' })).issueId ?? '';
  const [id, hidden] = [await create(team?.id), await create(other?.id)];
  await h.admin.createIssueRelation({ issueId: hidden, relatedIssueId: id, type: 'blocks' as never });
  await h.local('access', { canAccessAllPublicTeams: false, teamIds: [team?.id] });
  const ask = async (fields: string) => {
    const query = `query($id: String!) {
      issue(id: $id) { inverseRelations(first: 5) { nodes { ${fields} } } } issueRelations(first: 5) { nodes { id } }
    }`;
    return (await h.graphql(query, { id }, `Bearer ${access_token}`)).body;
  };
  const nothing = { issue: { inverseRelations: { nodes: [] } }, issueRelations: { nodes: [] } };
  expect((await ask('issue { id }')).data).toEqual(nothing);
  await h.switchTo({ hiddenRelations: 'refused' });
  const { data, errors } = await ask('issue { id }');
  expect(data).toBeNull();
  expect(errors).toMatchObject([
    {
      message: 'Entity not found: Issue',
      path: ['issue', 'inverseRelations', 'nodes', 0, 'issue'],
      extensions: { type: 'invalid input', code: 'INPUT_ERROR' },
    },
  ]);
  const { data: seen } = await ask('type relatedIssue { id }');
  expect(seen.issue.inverseRelations.nodes).toEqual([{ type: 'blocks', relatedIssue: { id } }]);
  expect(seen.issueRelations.nodes).toHaveLength(1);

  await h.switchTo({ hiddenRelations: 'omitted' });
  const remove = 'mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }';
  await h.graphql(remove, { id }, `Bearer ${access_token}`);
  expect((await h.admin.issueRelations()).nodes).toEqual([]);
});

test('a client-supplied id must be a UUID v4 or any UUID, as the switch says', async () => {
  const issueId = (await h.firstIssue()).id;
  const id = '6ba7b811-9dad-51d1-80b4-00c04fd430c8';
  await expect(h.admin.createComment({ id, issueId, body: 'v5' })).rejects.toThrow('UUID v4');
  await h.switchTo({ clientId: 'any-uuid' });
  expect((await h.admin.createComment({ id, issueId, body: 'v5' })).commentId).toBe(id);
  await expect(h.admin.createComment({ id: 'mine', issueId, body: 'none' })).rejects.toThrow('UUID');
});

test('a batch creates at most as many issues as the switch says', async () => {
  const team = await (await h.firstIssue()).team;
  const create = (count: number) =>
    h.admin.createIssueBatch({
      issues: Array.from({ length: count }, (_, n) => ({ teamId: team?.id ?? '', title: `Issue ${n}` })),
    });
  await expect(create(51)).rejects.toThrow('no more than 50');
  await h.switchTo({ batchCreateLimit: 60 });
  expect((await create(51)).success).toBe(true);
});
