import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinearClient } from '@linear/sdk';
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type RunningLinear, startLinear } from '../../local/linear/server.ts';

interface Received {
  id: string;
  body: {
    type: string;
    action: string;
    actor?: { id: string; type: string; email: string };
    data: Record<string, unknown> & { id: string; labelIds: string[] };
    updatedFrom?: Record<string, unknown>;
    organizationId: string;
    createdAt: string;
    oauthClientId?: string;
  };
}

const REDIRECT_URI = 'http://127.0.0.1:3000/oauth/linear/callback';
const MINUTE_MS = 60_000;
const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-'));
const received: Received[] = [];
let answerWith = 200;
let linear: RunningLinear;
let admin: LinearClient;

/** The application's side: accepts what the official webhook client accepts. */
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const signature = String(request.headers['linear-signature']);
    const body = new LinearWebhookClient(linear.webhookSecret).parseData(Buffer.concat(chunks), signature);
    received.push({
      id: String(request.headers['linear-delivery']),
      body: body as unknown as Received['body'],
    });
    expect(request.headers['linear-event']).toBe(body.type);
    response.writeHead(answerWith).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  linear = await startLinear({
    port: 0,
    dataDir,
    webhookUrl: `http://127.0.0.1:${port}/`,
    redirectUri: REDIRECT_URI,
  });
  admin = new LinearClient({ apiKey: linear.adminKey, apiUrl: `${linear.url}/graphql` });
});
afterEach(async () => {
  answerWith = 200;
  await local('reset');
  received.length = 0;
});
afterAll(async () => {
  await linear.close();
  receiver.close();
  rmSync(dataDir, { recursive: true });
});

const local = async (handle: string, body: unknown = {}) => {
  const response = await fetch(`${linear.url}/_local/${handle}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
};
const form = (fields: Record<string, string>) => ({
  method: 'POST',
  redirect: 'manual' as const,
  body: new URLSearchParams(fields),
});
const token = async (fields: Record<string, string>) => {
  const { clientId, clientSecret } = linear;
  const response = await fetch(
    `${linear.url}/oauth/token`,
    form({ client_id: clientId, client_secret: clientSecret, ...fields }),
  );
  return { status: response.status, body: JSON.parse(await response.text()) };
};

const verifier = randomBytes(32).toString('base64url');
const authorizeUrl = (changes: Record<string, string | null> = {}) => {
  const url = new URL('/oauth/authorize', linear.url);
  const params = {
    client_id: linear.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'read,write',
    state: 'the state',
    prompt: 'consent',
    actor: 'app',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const [name, value] of Object.entries(params)) if (value !== null) url.searchParams.set(name, value);
  return url;
};

/** Opens the consent page and presses a button of its only form. */
const decide = async (decision: 'approve' | 'deny', changes: Record<string, string | null> = {}) => {
  const page = await (await fetch(authorizeUrl(changes))).text();
  expect(page.match(/<form method="post"/g)).toHaveLength(1);
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']) =>
      [name, value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))] as const,
  );
  expect(page).toContain(`<button name="decision" value="${decision}">`);
  const response = await fetch(
    `${linear.url}/oauth/authorize`,
    form({ ...Object.fromEntries(hidden), decision }),
  );
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '');
};

const exchange = (code: string | null, codeVerifier = verifier) =>
  token({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: codeVerifier,
  });
const refresh = (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken });

const connect = async (changes: Record<string, string | null> = {}) => {
  const callback = await decide('approve', changes);
  return (await exchange(callback.searchParams.get('code'))).body as {
    access_token: string;
    refresh_token: string;
    expires_in: number;
    scope: string;
  };
};
const clientOf = (accessToken: string) => new LinearClient({ accessToken, apiUrl: `${linear.url}/graphql` });

const eventually = (expected: (all: Received[]) => void) =>
  vi.waitFor(() => expected(received), { timeout: 3000 });

test('consent, code and PKCE verifier give a token for an app user of the organization', async () => {
  const callback = await decide('approve');
  expect(callback.href.startsWith(REDIRECT_URI)).toBe(true);
  expect(callback.searchParams.get('state')).toBe('the state');
  const code = callback.searchParams.get('code');
  const { status, body } = await exchange(code);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'read write' });
  expect(body.expires_in).toBe(86_399);
  const viewer = await clientOf(body.access_token).viewer;
  expect(viewer.app).toBe(true);
  expect(viewer.email).toMatch(/^[0-9a-f-]{36}@oauthapp\.linear\.app$/);
  expect((await exchange(code)).body.error).toBe('invalid_grant');
});

test('a wrong verifier, a late code and a denial give no token', async () => {
  const code = (await decide('approve')).searchParams.get('code');
  expect(await exchange(code, 'wrong')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await local('clock', { advanceMs: 10 * MINUTE_MS });
  expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const denied = await decide('deny');
  expect(denied.searchParams.get('error')).toBe('access_denied');
  expect(denied.searchParams.get('state')).toBe('the state');
});

test('a redirect uri is compared exactly, and a wrong one is sent nowhere', async () => {
  const response = await fetch(authorizeUrl({ redirect_uri: `${REDIRECT_URI}/` }), { redirect: 'manual' });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Invalid redirect_uri parameter for the application');
});

test('an installed app gets no second consent page without prompt=consent', async () => {
  await connect();
  const again = await fetch(authorizeUrl({ prompt: null }), { redirect: 'manual' });
  expect(new URL(again.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  expect((await fetch(authorizeUrl())).status).toBe(200);
});

test('an access token lives 24 hours of the local clock', async () => {
  const { access_token, refresh_token } = await connect();
  await local('clock', { advanceMs: 24 * 60 * MINUTE_MS });
  await expect(clientOf(access_token).viewer).rejects.toThrow('not authenticated');
  const { body } = await refresh(refresh_token);
  expect((await clientOf(body.access_token).viewer).app).toBe(true);
});

test('a refresh rotates both tokens, and replays them for 30 minutes', async () => {
  const first = await connect();
  const second = (await refresh(first.refresh_token)).body;
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  await local('clock', { advanceMs: 29 * MINUTE_MS });
  const replayed = (await refresh(first.refresh_token)).body;
  expect(replayed.access_token).toBe(second.access_token);
  expect(replayed.refresh_token).toBe(second.refresh_token);
  await local('clock', { advanceMs: MINUTE_MS });
  expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect((await refresh(second.refresh_token)).status).toBe(200);
});

test('a revoked token is no token, and the app can be installed afresh', async () => {
  const { access_token, refresh_token } = await connect();
  const revoke = () => fetch(`${linear.url}/oauth/revoke`, form({ token: access_token }));
  expect((await revoke()).status).toBe(200);
  expect((await revoke()).status).toBe(400);
  await expect(clientOf(access_token).viewer).rejects.toThrow('not authenticated');
  expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
  expect((await fetch(authorizeUrl({ prompt: null }))).status).toBe(200);
});

test('a token without write may not write', async () => {
  const { access_token } = await connect({ scope: 'read' });
  await expect(clientOf(access_token).createIssueLabel({ name: 'new' })).rejects.toThrow('write');
});

test('a change reaches the app signed, with what it was before and who did it', async () => {
  await connect();
  const [issue] = (await admin.issues({ first: 1 })).nodes;
  const [label] = (await admin.issueLabels({ filter: { name: { eq: 'omakase' } } })).nodes;
  await issue?.update({ addedLabelIds: [label?.id ?? ''], removedLabelIds: [] });
  await eventually((all) => expect(all).toHaveLength(1));
  const viewer = await admin.viewer;
  expect(received[0]?.body).toMatchObject({
    type: 'Issue',
    action: 'update',
    actor: { id: viewer.id, type: 'user' },
    data: { id: issue?.id, labelIds: [...(issue?.labelIds ?? []), label?.id] },
    updatedFrom: { labelIds: issue?.labelIds },
  });
  await issue?.delete();
  await eventually((all) =>
    expect(all[1]?.body).toMatchObject({ action: 'remove', data: { trashed: true } }),
  );
});

test('the app’s own change comes back to it as made by its app user', async () => {
  const app = clientOf((await connect()).access_token);
  const [issue] = (await app.issues({ first: 1 })).nodes;
  await app.createComment({ issueId: issue?.id ?? '', body: 'Started' });
  await eventually((all) => expect(all).toHaveLength(1));
  const viewer = await app.viewer;
  expect(received[0]?.body).toMatchObject({
    type: 'Comment',
    action: 'create',
    actor: { id: viewer.id, email: viewer.email, type: 'user' },
    data: { body: 'Started', issueId: issue?.id, userId: viewer.id },
  });
});

test('a failed delivery comes again after a minute, an hour and six hours, the same each time', async () => {
  await connect();
  answerWith = 500;
  await admin.createIssueLabel({ name: 'new' });
  await eventually((all) => expect(all).toHaveLength(1));
  await vi.waitFor(async () => {
    const { deliveries } = JSON.parse(await (await fetch(`${linear.url}/_local/deliveries`)).text());
    expect(deliveries[0].dueAt).not.toBeNull();
  });
  for (const [minutes, expected] of [
    [1, 2],
    [59, 2],
    [1, 3],
    [360, 4],
    [1000, 4],
  ] as const) {
    await local('clock', { advanceMs: minutes * MINUTE_MS });
    expect(received).toHaveLength(expected);
  }
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

test('deliveries can be dropped, doubled, delayed and overtaken', async () => {
  await connect();
  const create = (name: string) => admin.createIssueLabel({ name });
  const names = () => received.map(({ body }) => body.data.name);
  await local('faults', { kind: 'drop', type: 'IssueLabel' });
  await local('faults', { kind: 'duplicate', type: 'IssueLabel' });
  await local('faults', { kind: 'delay', type: 'IssueLabel', delayMs: 10 * MINUTE_MS });
  await local('faults', { kind: 'reorder', type: 'IssueLabel' });
  await create('dropped');
  await create('doubled');
  await create('delayed');
  await create('overtaken');
  await create('overtaking');
  await eventually(() => expect(names()).toEqual(['doubled', 'doubled', 'overtaking', 'overtaken']));
  await local('clock', { advanceMs: 10 * MINUTE_MS });
  expect(names().at(-1)).toBe('delayed');
});

test('each organization that authorized the app is told of its own changes only', async () => {
  const globex = await local('organizations', { name: 'Globex' });
  await connect({ organization: globex.id });
  await admin.createIssueLabel({ name: 'ours' });
  const client = new LinearClient({ apiKey: globex.adminKey, apiUrl: `${linear.url}/graphql` });
  await client.createIssueLabel({ name: 'theirs' });
  await eventually((all) => expect(all).toHaveLength(1));
  expect(received[0]?.body).toMatchObject({ organizationId: globex.id, data: { name: 'theirs' } });
});

test('a human who revokes the app ends its tokens, and the app is told', async () => {
  const { access_token } = await connect();
  await local('revoke');
  await eventually((all) => expect(all).toHaveLength(1));
  expect(received[0]?.body).toMatchObject({ type: 'OAuthApp', action: 'revoked' });
  expect(received[0]?.body.oauthClientId).toMatch(/^[0-9a-f-]{36}$/);
  await expect(clientOf(access_token).viewer).rejects.toThrow('not authenticated');
});
