import { createHmac } from 'node:crypto';
import {
  AuthenticationLinearError,
  ForbiddenLinearError,
  GraphqlLinearError,
  InvalidInputLinearError,
  LinearClient,
  LinearError,
  LinearGraphQLClient,
  NetworkLinearError,
  parseLinearError,
  RatelimitedLinearError,
} from '@linear/sdk';
import { LINEAR_WEBHOOK_SIGNATURE_HEADER, LinearWebhookClient } from '@linear/sdk/webhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, HOUR_MS, startHarness } from '../../support/local-linear/harness.ts';

/** Every error must become the same error class in the official client as with the real Linear. */
let h: Harness;

beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());
const failure = async (act: PromiseLike<unknown>): Promise<LinearError> => {
  const error = await Promise.resolve(act).then(
    () => new Error('nothing went wrong'),
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(LinearError);
  return error as LinearError;
};
const raw = () =>
  new LinearGraphQLClient(`${h.linear.url}/graphql`, { headers: { authorization: h.linear.adminKey } });

describe('the official client gets the right error class', () => {
  test('for too many requests, with the exceeded limit', async () => {
    await h.local('limits', { requests: 2 });
    const app = h.clientOf((await h.connect()).access_token);
    await app.viewer;
    await app.viewer;
    const error = (await failure(app.viewer)) as RatelimitedLinearError;
    expect(error).toBeInstanceOf(RatelimitedLinearError);
    expect(error).toMatchObject({ requestsLimit: 2, requestsRemaining: 0 });
    expect(error.requestsResetAt).toBeGreaterThan(Date.now());
  });
  test('until the bucket refills: half of it after half an hour', async () => {
    await h.local('limits', { requests: 2 });
    const app = h.clientOf((await h.connect()).access_token);
    for (const _ of [1, 2]) await app.viewer;
    await failure(app.viewer);
    await h.local('clock', { advanceMs: HOUR_MS / 2 });
    expect((await app.viewer).app).toBe(true);
    await failure(app.viewer);
  });
  test('for too much complexity', async () => {
    await h.local('limits', { complexity: 100 });
    const app = h.clientOf((await h.connect()).access_token);
    const error = (await failure(app.issues())) as RatelimitedLinearError;
    expect(error).toBeInstanceOf(RatelimitedLinearError);
    expect(error.complexityLimit).toBe(100);
  });
  test('for a rate limit that is answered with 200', async () => {
    await h.switchTo({ rateLimitStatus: 200 });
    await h.local('faults', { kind: 'rate-limit' });
    expect(await failure(h.admin.viewer)).toBeInstanceOf(RatelimitedLinearError);
  });
  test('for one app user’s limit, while a person’s key has its own', async () => {
    await h.local('limits', { requests: 1 });
    const app = h.clientOf((await h.connect()).access_token);
    await app.viewer;
    await failure(app.viewer);
    expect((await h.admin.viewer).app).toBe(false);
  });
  test('for an unknown token and a wrong key', async () => {
    const apiUrl = `${h.linear.url}/graphql`;
    for (const client of [
      new LinearClient({ accessToken: 'x', apiUrl }),
      new LinearClient({ apiKey: 'x', apiUrl }),
    ]) {
      const error = await failure(client.viewer);
      expect(error).toBeInstanceOf(AuthenticationLinearError);
      expect(error.message).toContain('not authenticated');
    }
  });
  test('for a key that is sent as a bearer token', async () => {
    const error = await failure(h.clientOf(h.linear.adminKey).viewer);
    expect(error).toBeInstanceOf(AuthenticationLinearError);
    expect(error.message).toContain('Remove the Bearer prefix');
  });
  test('for an expired token', async () => {
    const { access_token } = await h.connect();
    await h.local('clock', { advanceMs: 24 * HOUR_MS });
    expect(await failure(h.clientOf(access_token).viewer)).toBeInstanceOf(AuthenticationLinearError);
    await h.local('faults', { kind: 'expired-token' });
    expect(await failure(h.admin.viewer)).toBeInstanceOf(AuthenticationLinearError);
  });
  test('for an id that does not exist', async () => {
    const error = await failure(h.admin.issue(crypto.randomUUID()));
    expect(error).toBeInstanceOf(InvalidInputLinearError);
    expect(error.message).toContain('Entity not found: Issue');
  });
  test('for an argument out of range', async () => {
    const error = await failure(h.admin.issues({ first: 251, filter: { id: { eq: 'x' } } }));
    expect(error.message).toContain('Query too complex');
    const inRange = await failure(h.admin.issueLabels({ first: 251 }));
    expect(inRange).toBeInstanceOf(InvalidInputLinearError);
  });
  test('for an invalid cursor', async () => {
    expect(await failure(h.admin.issues({ after: 'nowhere' }))).toBeInstanceOf(InvalidInputLinearError);
  });
  test('for an empty title, an invalid priority and a state of another team', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const team = await issue?.team;
    const others = { filter: { team: { id: { neq: team?.id ?? '' } } } };
    const [state] = (await h.admin.workflowStates(others)).nodes;
    for (const input of [
      { title: ' ' },
      { priority: 9 },
      { stateId: state?.id ?? '' },
      { stateId: 'Done' },
    ]) {
      expect(await failure(h.admin.updateIssue(issue?.id ?? '', input))).toBeInstanceOf(
        InvalidInputLinearError,
      );
    }
  });
  test('for a missing permission', async () => {
    const reader = h.clientOf((await h.connect({ scope: 'read' })).access_token);
    const error = await failure(reader.createIssueLabel({ name: 'x' }));
    expect(error).toBeInstanceOf(ForbiddenLinearError);
  });
  test('for operations that need an admin or a special scope', async () => {
    const app = h.clientOf((await h.connect()).access_token);
    const agent = { issueId: (await h.admin.issues({ first: 1 })).nodes[0]?.id ?? '' };
    for (const act of [
      () => app.webhooks(),
      () => app.createWebhook({ url: 'https://example.test/', resourceTypes: ['Issue'] }),
      () => app.initiatives(),
      () => app.customers(),
      () => app.suspendUser('me'),
    ])
      expect(await failure(act())).toBeInstanceOf(ForbiddenLinearError);
    const error = await failure(app.agentSessionCreateOnIssue(agent));
    expect(error.message).toContain('Agent sessions are not enabled for this application.');
    expect((await h.admin.webhooks()).nodes).toEqual([]);
  });
  test('for a suspended person', async () => {
    const { id, key } = await h.local('users', { name: 'Zoe' });
    expect((await h.keyClient(key).viewer).id).toBe(id);
    await h.admin.suspendUser(id);
    expect(await failure(h.keyClient(key).viewer)).toBeInstanceOf(AuthenticationLinearError);
    await h.admin.unsuspendUser(id);
    expect((await h.keyClient(key).viewer).name).toBe('Zoe');
  });
  test('for a change of somebody else’s comment', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const { commentId } = await h.admin.createComment({ issueId: issue?.id ?? '', body: 'Mine' });
    const app = h.clientOf((await h.connect()).access_token);
    expect(await failure(app.updateComment(commentId ?? '', { body: 'Theirs' }))).toBeInstanceOf(
      ForbiddenLinearError,
    );
  });
  test('for an unknown field and a wrong type', async () => {
    for (const query of ['{ viewer { shoeSize } }', '{ issues(first: "ten") { nodes { id } } }']) {
      const error = await failure(
        raw()
          .rawRequest(query)
          .catch((cause) => Promise.reject(parseLinearError(cause))),
      );
      expect(error).toBeInstanceOf(GraphqlLinearError);
      expect(error.status).toBe(400);
    }
  });
  test('for an outage of Linear', async () => {
    await h.local('faults', { kind: '5xx', status: 502 });
    expect(await failure(h.admin.viewer)).toBeInstanceOf(NetworkLinearError);
  });
});

describe('several mutations in one request', () => {
  const comments = (ids: string[], issueId: string) => ({
    query: `mutation(${ids.map((_, n) => `$c${n}: CommentCreateInput!`)}) {
      ${ids.map((_, n) => `c${n}: commentCreate(input: $c${n}) { success }`).join('\n')} }`,
    variables: Object.fromEntries(ids.map((id, n) => [`c${n}`, { id, issueId, body: `Comment ${n}` }])),
  });
  test('run one after another until one fails, and then none of them is answered', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const issueId = issue?.id ?? '';
    const [first, taken, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    await h.admin.createComment({ id: taken, issueId, body: 'There already' });
    const { query, variables } = comments([first, taken, third], issueId);
    const answer = await h.graphql(query, variables);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      data: null,
      errors: [{ path: ['c1'], message: 'conflict on insert of Comment' }],
    });
    const filter = { id: { in: [first, taken, third] } };
    expect((await h.admin.comments({ filter })).nodes.map(({ id }) => id).sort()).toEqual(
      [first, taken].sort(),
    );
  });
  test('are answered under their aliases if all succeed', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const { query, variables } = comments([crypto.randomUUID(), crypto.randomUUID()], issue?.id ?? '');
    expect((await h.graphql(query, variables)).body.data).toEqual({
      c0: { success: true },
      c1: { success: true },
    });
  });
  test('get increasing times, so comments keep the order of the request', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const ids = Array.from({ length: 20 }, () => crypto.randomUUID());
    const { query, variables } = comments(ids, issue?.id ?? '');
    await h.graphql(query, variables);
    const { nodes } = await h.admin.comments({ filter: { id: { in: ids } } });
    const times = new Map(nodes.map(({ id, createdAt }) => [id, createdAt.getTime()]));
    expect(ids.toSorted((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))).toEqual(ids);
    expect(new Set(times.values()).size).toBe(20);
  });
  test('and several queries: one unknown issue makes the whole answer fail', async () => {
    const [issue] = (await h.admin.issues({ first: 1 })).nodes;
    const query = `{ a: issue(id: "${issue?.id}") { id } b: issue(id: "${crypto.randomUUID()}") { id } }`;
    expect((await h.graphql(query)).body).toMatchObject({ data: null, errors: [{ path: ['b'] }] });
  });
});

describe('the official webhook client', () => {
  const delivered = async () => {
    await h.connect();
    await h.admin.createIssueLabel({ name: 'signed' });
    await h.eventually((all) => expect(all).toHaveLength(1));
    const [one] = h.received;
    if (!one) throw new Error('just received');
    return { raw: one.raw, signature: String(one.headers[LINEAR_WEBHOOK_SIGNATURE_HEADER]) };
  };
  test('accepts a signed body', async () => {
    const { raw, signature } = await delivered();
    const client = new LinearWebhookClient(h.linear.webhookSecret);
    expect(client.parseData(raw, signature)).toMatchObject({ type: 'IssueLabel', data: { name: 'signed' } });
  });
  test('refuses a wrong secret and a changed body', async () => {
    const { raw, signature } = await delivered();
    expect(() => new LinearWebhookClient('lin_wh_other').parseData(raw, signature)).toThrow();
    const changed = Buffer.from(raw.toString().replace('signed', 'forged'));
    expect(() => new LinearWebhookClient(h.linear.webhookSecret).parseData(changed, signature)).toThrow();
  });
  test('refuses a body older than a minute, such as a retry with its first timestamp', async () => {
    const { raw } = await delivered();
    const body = JSON.parse(raw.toString()) as { webhookTimestamp: number };
    const late = Buffer.from(JSON.stringify({ ...body, webhookTimestamp: body.webhookTimestamp - 61_000 }));
    const signature = createHmac('sha256', h.linear.webhookSecret).update(late).digest('hex');
    expect(() => new LinearWebhookClient(h.linear.webhookSecret).parseData(late, signature)).toThrow(
      'timestamp',
    );
  });
});
