import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { InvalidGrant } from '../../../shared/linear/errors.ts';
import { linearOauth } from '../../../shared/linear/oauth.ts';

/** The requests to the token endpoint, and its next answers. */
let received: URLSearchParams[] = [];
let answers: { status: number; body: unknown }[] = [];
let server: Server;
let apiUrl: string;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    received.push(new URLSearchParams(body));
    const answer = answers.shift() ?? { status: 500, body: 'nothing was planned' };
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  received = [];
  answers = [];
});

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const granted = {
  access_token: 'a',
  refresh_token: 'r',
  expires_in: 86_399,
  scope: 'read write',
  token_type: 'Bearer',
};
const oauth = (app = async (_how?: { fresh: boolean }) => ({ clientId: 'id', clientSecret: 'secret' })) =>
  linearOauth({ apiUrl, app, now: () => NOW });

test('a code is exchanged with its verifier for tokens with an expiry', async () => {
  answers = [{ status: 200, body: granted }];
  const grant = await oauth().exchange({ code: 'c', redirectUri: 'https://us/cb', verifier: 'v' });
  expect(grant).toEqual({
    accessToken: 'a',
    refreshToken: 'r',
    scope: 'read write',
    expiresAt: NOW + 86_399_000,
  });
  expect(Object.fromEntries(received[0] ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: 'c',
    redirect_uri: 'https://us/cb',
    code_verifier: 'v',
    client_id: 'id',
    client_secret: 'secret',
  });
});

test('a client secret that was rotated is read again, once', async () => {
  answers = [
    { status: 401, body: { error: 'invalid_client' } },
    { status: 200, body: granted },
  ];
  const app = async (how?: { fresh: boolean }) => ({
    clientId: 'id',
    clientSecret: how?.fresh ? 'new' : 'old',
  });
  expect((await oauth(app).refresh('r')).accessToken).toBe('a');
  expect(received.map((body) => body.get('client_secret'))).toEqual(['old', 'new']);
});

test('a wrong client secret is an upstream failure, not a lost grant', async () => {
  answers = [
    { status: 401, body: { error: 'invalid_client' } },
    { status: 401, body: { error: 'invalid_client' } },
  ];
  const failure = await oauth()
    .refresh('r')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'upstream' });
  expect(failure).not.toBeInstanceOf(InvalidGrant);
});

test.each([
  [400, { error: 'invalid_grant', error_description: 'gone' }, 'a lost grant'],
  [400, { error: 'invalid_request' }, 'an upstream failure'],
  [500, 'down', 'an upstream failure'],
  [200, { access_token: 'a' }, 'an upstream failure'],
  [200, { ...granted, refresh_token: '' }, 'an upstream failure'],
])('the answer %i %o is %s', async (status, body, expected) => {
  answers = [{ status, body }];
  const failure = await oauth()
    .refresh('r')
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'upstream' });
  expect(failure instanceof InvalidGrant).toBe(expected === 'a lost grant');
  expect(JSON.stringify(failure)).not.toContain('"r"');
});

test('the authorize URL uses PKCE, acts as the app and always asks for consent', async () => {
  const flow = { state: 's', redirectUri: 'https://us/cb', verifier: 'v' };
  const url = new URL(await oauth().authorizeUrl('https://linear.app', flow));
  expect(`${url.origin}${url.pathname}`).toBe('https://linear.app/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'id',
    redirect_uri: 'https://us/cb',
    response_type: 'code',
    scope: 'read,write',
    state: 's',
    actor: 'app',
    prompt: 'consent',
    code_challenge: createHash('sha256').update('v').digest('base64url'),
    code_challenge_method: 'S256',
  });
  expect(url.toString()).not.toContain('verifier');
});
