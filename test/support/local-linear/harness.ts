import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LinearClient } from '@linear/sdk';
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { expect, vi } from 'vitest';
import { readDeclarations, sdkDeclarations } from '../../../local/linear/graphql/sdl.ts';
import { type RunningLinear, startLinear } from '../../../local/linear/server.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const REDIRECT_URI = 'http://127.0.0.1:3000/oauth/linear/callback';

/** The answer to a grant that Linear refuses. */
export const invalidGrant = { status: 400, body: { error: 'invalid_grant' } };

/** The error that a redirect carries. */
export const errorOf = ({ headers }: { headers: Headers }): string | null =>
  new URL(headers.get('location') ?? '').searchParams.get('error');

/** A webhook that the official client accepted. */
export interface Received {
  id: string;
  headers: Record<string, string | string[] | undefined>;
  raw: Buffer;
  body: {
    type: string;
    action: string;
    actor?: { id: string; type: string; email?: string } | null;
    data: Record<string, unknown> & { id: string; labelIds: string[] };
    updatedFrom?: Record<string, unknown>;
    organizationId: string;
    createdAt: string;
    webhookTimestamp: number;
    webhookId: string;
    oauthClientId?: string;
  } & Record<string, unknown>;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
}

type Params = Record<string, string | null>;

const { objects } = readDeclarations(sdkDeclarations());

/** Checks that the body has every field that the SDK's payload type requires. */
const expectWhole = ({ type, data }: { type: string; data?: object }): void => {
  const required = objects.get(`${type}WebhookPayload`)?.fields.filter((field) => !field.optional) ?? [];
  const missing = required.map(({ name }) => name).filter((name) => data && !(name in data));
  expect(missing, `of ${type}`).toEqual([]);
};

/** The official client uses the real clock. If a test has moved Linear's clock, only the signature is checked. */
const verified = (raw: Buffer, signature: string, secret: string): unknown => {
  const body = JSON.parse(raw.toString()) as { webhookTimestamp: number };
  if (Math.abs(body.webhookTimestamp - Date.now()) < MINUTE_MS / 2)
    return new LinearWebhookClient(secret).parseData(raw, signature);
  expect(signature).toBe(createHmac('sha256', secret).update(raw).digest('hex'));
  return body;
};

/** A local Linear on a free port, an application that receives its webhooks, and helpers for both. */
export const startHarness = async (answer: (received: Received) => number | Promise<number> = () => 200) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-'));
  const received: Received[] = [];
  let linear: RunningLinear;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const raw = Buffer.concat(chunks);
      const signature = String(request.headers['linear-signature']);
      const body = verified(raw, signature, linear.webhookSecret);
      expectWhole(body as { type: string; data?: object });
      const one = {
        id: String(request.headers['linear-delivery']),
        headers: request.headers,
        raw,
        body: body as unknown as Received['body'],
      };
      received.push(one);
      const status = await answer(one);
      if (!response.destroyed) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const receiverPort = (receiver.address() as AddressInfo).port;
  const webhookUrl = `http://127.0.0.1:${receiverPort}/`;
  linear = await startLinear({ port: 0, dataDir, webhookUrl, redirectUri: REDIRECT_URI });

  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(linear.url + path, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    request(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  const local = async (path: string, body: unknown = {}) => (await post(`/_local/${path}`, body)).body;
  const client = () => ({ client_id: linear.clientId, client_secret: linear.clientSecret });

  const verifier = randomBytes(32).toString('base64url');
  const authorizeUrl = (changes: Params = {}) => {
    const url = new URL('/oauth/authorize', linear.url);
    const params: Params = {
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
    return url.pathname + url.search;
  };
  const authorize = (changes: Params = {}) => request(authorizeUrl(changes), {});
  /** Opens the consent page and submits its only form with a button. */
  const decide = async (decision: 'approve' | 'deny', changes: Params = {}) => {
    const { text: page } = await authorize(changes);
    expect(page.match(/<form method="post"/g)).toHaveLength(1);
    const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']) =>
        [name, value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))] as const,
    );
    expect(page).toContain(`<button name="decision" value="${decision}">`);
    const answered = await form('/oauth/authorize', { ...Object.fromEntries(hidden), decision });
    expect(answered.status).toBe(302);
    return new URL(answered.headers.get('location') ?? '').searchParams;
  };
  const token = (fields: Record<string, string>) => form('/oauth/token', { ...client(), ...fields });
  const exchange = (code: string | null, codeVerifier = verifier) =>
    token({
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: codeVerifier,
    });
  const clientOf = (accessToken: string) =>
    new LinearClient({ accessToken, apiUrl: `${linear.url}/graphql` });
  const admin = new LinearClient({ apiKey: linear.adminKey, apiUrl: `${linear.url}/graphql` });

  return {
    linear,
    webhookUrl,
    dataDir,
    received,
    request,
    post,
    form,
    local,
    authorize,
    decide,
    exchange,
    verifier,
    token,
    clientOf,
    get: async (path: string) => (await request(path, {})).body,
    graphql: (query: string, variables: object = {}, authorization = linear.adminKey) =>
      post('/graphql', { query, variables }, { authorization }),
    /** The human admin's client. */
    admin,
    /** Creates an issue in the team ENG as the human admin. */
    newIssue: async (values: object = {}) => {
      const { id: teamId } = await admin.team('ENG');
      const issue = await (await admin.createIssue({ teamId, title: 'New', ...values })).issue;
      if (!issue) throw new Error('creation returned no issue');
      return issue;
    },
    firstIssue: async () => {
      const [issue] = (await admin.issues({ first: 1 })).nodes;
      if (!issue) throw new Error('the seed has no issues');
      return issue;
    },
    labelId: async (name: string) =>
      (await admin.issueLabels({ filter: { name: { eqIgnoreCase: name } } })).nodes[0]?.id ?? '',
    projectId: async (name: string) =>
      (await admin.projects({ filter: { name: { eq: name } } })).nodes[0]?.id ?? '',
    keyClient: (apiKey: string) => new LinearClient({ apiKey, apiUrl: `${linear.url}/graphql` }),
    switchTo: async (changes: object) => {
      const answered = await post('/_local/switches', changes);
      expect(answered.body.error).toBeUndefined();
    },
    refresh: (refreshToken: string) => token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: (fields: Record<string, string>) => form('/oauth/revoke', fields),
    connect: async (changes: Params = {}) => {
      const { body } = await exchange((await decide('approve', changes)).get('code'));
      return body as Tokens;
    },
    /** Waits until the application has received what is expected. */
    eventually: (expected: (all: Received[]) => void) =>
      vi.waitFor(() => expected(received), { timeout: 3000 }),
    reset: async () => {
      await local('reset');
      received.length = 0;
    },
    close: async () => {
      await linear.close();
      receiver.closeAllConnections();
      receiver.close();
      rmSync(dataDir, { recursive: true });
    },
  };
};
export type Harness = Awaited<ReturnType<typeof startHarness>>;
