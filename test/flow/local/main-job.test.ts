import { randomUUID } from 'node:crypto';
import { LinearClient } from '@linear/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walk } from '../../../local/walk/walk.ts';
import { type Api, apiAs, linearAs, until } from '../../../local/walk/walk-clients.ts';
import { signed, webhookExample } from '../../../testing/builders.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';

const SCOPES = 'features:read features:write plans:read plans:write workspaces:read workspaces:admin';

type Feature = {
  id: string;
  projectId: string;
  linearIssueId: string;
  status: string;
  revision: number;
  name: string;
  runId?: string;
};

let stack: TestStack;
let api: Api;
let projectId: string;
const walked: string[] = [];

beforeAll(async () => {
  stack = await startStack();
  api = apiAs(stack.outputs.api, await stack.token('auth0|owner', SCOPES));
  const { api: url, linear, adminKey = '' } = stack.outputs;
  await walk({ api: url, linear, adminKey, token: stack.token, print: (line) => walked.push(line) });
  const [workspace] = (await api.get<{ items: { id: string }[] }>('/workspaces')).items;
  const projects = await api.get<{ items: { id: string }[] }>(`/projects?workspaceId=${workspace?.id}`);
  const isWalked = async (id: string) => (await featuresOf(id)).some(({ status }) => status === 'passing');
  for (const { id } of projects.items) if (await isWalked(id)) projectId = id;
}, 120_000);
afterAll(() => stack?.stop());

const featuresOf = async (project: string) =>
  (await api.get<{ items: Feature[] }>(`/projects/${project}/features?limit=100`)).items;
/** A feature that the walk completed. */
const passed = async (): Promise<Feature> => {
  const feature = (await featuresOf(projectId)).find(({ status }) => status === 'passing');
  if (!feature) throw new Error('The walk left no passing feature.');
  return feature;
};
const human = () => linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
const deliver = (body: unknown, secret = stack.outputs.webhookSecret ?? '') => {
  const { bytes, signature } = signed(body, secret);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'linear-signature': signature };
  return fetch(new URL('/webhooks/linear', stack.outputs.api), { method: 'POST', headers, body: bytes });
};

describe('the walk', () => {
  test('goes from the connect link to four completed issues, one after its blocker, one without a webhook', () => {
    expect(walked).toHaveLength(24);
    expect(walked.filter((line) => line.includes('one comment, one link'))).toHaveLength(4);
  });

  test('counts changes without a webhook as missed, in the history', async () => {
    const [workspace] = (await api.get<{ items: { id: string }[] }>('/workspaces')).items;
    const { items } = await api.get<{ items: { kind: string; counts: Record<string, number> }[] }>(
      `/workspaces/${workspace?.id}/history`,
    );
    // One is the issue whose webhooks were dropped. The fault may also have dropped the last echo of the issue before.
    const missed = items.find(({ kind }) => kind === 'reconcile')?.counts.missed;
    expect([1, 2]).toContain(missed);
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['connect', 'sync', 'write_back']));
  });

  test("leaves results that Linear's own client can read", async () => {
    const { linear, adminKey = '' } = stack.outputs;
    const client = new LinearClient({ apiKey: adminKey, apiUrl: `${linear}/graphql` });
    expect((await client.teams()).nodes.map(({ key }) => key)).toEqual(expect.arrayContaining(['ENG']));
    expect((await client.projects()).nodes.length).toBeGreaterThanOrEqual(2);
    const feature = await passed();
    const issue = await client.issue(feature.linearIssueId);
    expect((await issue.state)?.type).toBe('completed');
    const [comment, ...more] = (await issue.comments()).nodes;
    expect(comment?.body).toContain('Built and tested.');
    expect(more).toEqual([]);
  });

  test('writes no secret, token or description into a log', () => {
    const logs = stack.logs();
    const { clientSecret, webhookSecret, adminKey } = stack.outputs;
    expect(logs).toContain('"outcome":"written"');
    for (const secret of [clientSecret, webhookSecret, adminKey, 'lin_oauth_', 'lin_refresh_', 'eyJ'])
      expect(logs).not.toContain(secret);
  });
});

describe('a webhook', () => {
  const webhookOperations = () => stack.wire.take().filter(({ caller }) => shortName(caller) === 'Webhook');

  test('of a labelled issue costs one DynamoDB operation once the route is warm', async () => {
    const { linear, adminKey = '' } = stack.outputs;
    const client = new LinearClient({ apiKey: adminKey, apiUrl: `${linear}/graphql` });
    const feature = await passed();
    const edit = async (title: string) => {
      await client.updateIssue(feature.linearIssueId, { title });
      await until('the edit to be projected', async () =>
        (await featuresOf(projectId)).some(({ name }) => name === title) ? true : undefined,
      );
    };
    // Two processes may serve, and each has its own route cache to warm.
    for (const title of ['warm 1', 'warm 2', 'warm 3']) await edit(title);
    stack.wire.take();
    await edit('counted');
    expect(webhookOperations().map(({ action, table }) => `${action} ${shortName(table)}`)).toEqual([
      'UpdateItem features',
    ]);
  });

  test('with a wrong signature is refused and reads nothing', async () => {
    stack.wire.take();
    const response = await deliver(webhookExample('01-issue-create'), 'not the secret');
    expect(response.status).toBe(401);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(webhookOperations()).toEqual([]);
  });

  test('that is signed but not JSON is acknowledged as unreadable and counted', async () => {
    const response = await deliver('this is no JSON');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ outcome: 'unreadable' });
    await until('the count', async () => (stack.logs().includes('"WebhookUnreadable":1') ? true : undefined));
  });

  test('over 5 MiB is refused', async () => {
    expect((await deliver(`"${'x'.repeat(5 * 1024 * 1024)}"`)).status).toBe(413);
  });

  test('of an unknown organization is acknowledged and writes nothing', async () => {
    const body = { ...webhookExample('01-issue-create'), organizationId: randomUUID() };
    const now = { createdAt: new Date().toISOString(), webhookTimestamp: Date.now() };
    stack.wire.take();
    const response = await deliver({ ...body, ...now });
    expect(response.status).toBe(200);
    expect(webhookOperations().filter(({ action }) => action === 'UpdateItem')).toEqual([]);
  });
});

describe('the API', () => {
  const call = async (
    method: string,
    path: string,
    token?: string,
    body?: string,
    type = 'application/json',
  ) => {
    const headers = { 'content-type': type, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const init = body === undefined ? { method, headers } : { method, headers, body };
    const response = await fetch(new URL(path, stack.outputs.api), init);
    return { status: response.status, text: await response.text() };
  };
  const owner = () => stack.token('auth0|owner', SCOPES);

  test('answers an unknown route with a 404 problem', async () => {
    const { status, text } = await call('GET', '/no/such/route');
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({
      status: 404,
      title: 'Not found',
      requestId: expect.any(String),
    });
  });

  test('refuses a missing token, an invalid token and a token without the scope', async () => {
    expect((await call('GET', '/workspaces')).status).toBe(401);
    expect((await call('GET', '/workspaces', 'not.a.token')).status).toBe(401);
    expect((await call('GET', '/workspaces', await stack.token('auth0|owner', 'features:read'))).status).toBe(
      403,
    );
  });

  test('answers 404 for resources of other owners', async () => {
    const stranger = await stack.token('auth0|stranger', SCOPES);
    const feature = await passed();
    const report = JSON.stringify({ status: 'in_progress', runId: 'theirs' });
    for (const [method, path, body] of [
      ['GET', `/projects/${projectId}`],
      ['GET', `/projects/${projectId}/features`],
      ['GET', `/features/${feature.id}`],
      ['PATCH', `/features/${feature.id}/status`, report],
    ] as const)
      expect((await call(method, path, stranger, body)).status).toBe(404);
    expect(JSON.parse((await call('GET', '/workspaces', stranger)).text)).toEqual({ items: [] });
  });

  test('names every invalid field of a report in one answer', async () => {
    const feature = await passed();
    const body = JSON.stringify({
      status: 'passing',
      runId: '',
      prUrl: 'javascript:alert(1)',
      colour: 'red',
    });
    const { status, text } = await call('PATCH', `/features/${feature.id}/status`, await owner(), body);
    expect(status).toBe(400);
    const fields = (JSON.parse(text).errors as { field: string; message: string }[]).map(
      ({ field }) => field,
    );
    expect(fields.sort()).toEqual(['colour', 'prUrl', 'runId']);
    expect(text).not.toContain('at Object');
  });

  test('refuses a report that is not JSON or has another content type', async () => {
    const feature = await passed();
    const path = `/features/${feature.id}/status`;
    expect((await call('PATCH', path, await owner(), '{')).status).toBe(400);
    expect((await call('PATCH', path, await owner(), '{}', 'text/plain')).status).toBe(415);
  });

  test('answers a report that the status does not permit with a 409 that names the status', async () => {
    const feature = await passed();
    const body = JSON.stringify({ status: 'failing', runId: 'another' });
    const { status, text } = await call('PATCH', `/features/${feature.id}/status`, await owner(), body);
    expect(status).toBe(409);
    expect(JSON.parse(text).detail).toContain('passing');
  });

  test('replaces half a surrogate pair in a report and still accepts the outcome', async () => {
    const feature = await passed();
    const body = `{"status":"in_progress","runId":"half-\\ud800-${Date.now()}"}`;
    expect((await call('PATCH', `/features/${feature.id}/status`, await owner(), body)).status).toBe(200);
    const report = `{"status":"passing","runId":"${(JSON.parse(body) as { runId: string }).runId.replace('\ud800', '\ufffd')}"}`;
    expect((await call('PATCH', `/features/${feature.id}/status`, await owner(), report)).status).toBe(200);
  });

  test('answers 404 for ids that are too long for a DynamoDB key', async () => {
    for (const path of ['/features/', '/projects/', '/workspaces/'])
      expect((await call('GET', `${path}${'a'.repeat(2_049)}`, await owner())).status).toBe(404);
  });

  test('refuses forged cursors', async () => {
    const made = (of: string, key: unknown) => Buffer.from(JSON.stringify({ of, key })).toString('base64url');
    for (const key of [
      { foo: 'bar' },
      {},
      { sub: 'auth0|other', workspaceId: 'x' },
      { sub: 'auth0|owner', workspaceId: '' },
    ])
      expect(
        (await call('GET', `/workspaces?cursor=${made('workspaces:auth0|owner', key)}`, await owner()))
          .status,
      ).toBe(400);
  });

  test('refuses a cursor of another list', async () => {
    const [workspace] = (await api.get<{ items: { id: string }[] }>('/workspaces')).items;
    const page = await api.get<{ nextCursor: string }>(`/workspaces/${workspace?.id}/history?limit=1`);
    const path = `/projects/${projectId}/features?cursor=${encodeURIComponent(page.nextCursor)}`;
    expect((await call('GET', path, await owner())).status).toBe(400);
  });
});

test('a repeated report changes nothing in Linear', async () => {
  const feature = await passed();
  const comments = async () => {
    await human().advanceClock(61_000);
    const issue = await human().issue<{ comments: { nodes: unknown[] } }>(feature.linearIssueId);
    return issue.comments.nodes;
  };
  // One comment is from the walk and one from a report above.
  const before = await until('the comments of the earlier reports', async () => {
    const nodes = await comments();
    return nodes.length === 2 ? nodes : undefined;
  });
  const report = { status: 'passing', runId: feature.runId, summary: 'Reported twice.' };
  await api.patch(`/features/${feature.id}/status`, report);
  expect(await comments()).toEqual(before);
});
