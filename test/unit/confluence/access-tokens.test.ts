import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConfluenceCredential } from '../../../shared/confluence/credential.ts';
import { confluenceSites } from '../../../shared/confluence/sites.ts';
import { answer, scriptedServer } from '../../support/confluence/scripted-server.ts';

const START = Date.parse('2026-11-28T12:00:00.000Z');

/** Tokens are numbered; the API accepts those of `accepted`. */
let server: Awaited<ReturnType<typeof scriptedServer>>;
let granted: { clientId: string; token: string }[];
let accepted: (token: string) => boolean;
let life: number;
let refuse: { status: number; body: unknown; clientId?: string } | undefined;
let refusal: string;
let clock: number;
let sites: ReturnType<typeof confluenceSites>;

beforeEach(async () => {
  granted = [];
  accepted = () => true;
  life = 3_600;
  refuse = undefined;
  refusal = 'Unauthorized';
  clock = START;
  server = await scriptedServer(async ({ path, headers, body }, response) => {
    if (path === '/oauth/token') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { client_id } = JSON.parse(body) as { client_id: string };
      if (refuse && (refuse.clientId ?? client_id) === client_id)
        return answer(response, refuse.status, refuse.body);
      const token = `token-${granted.length + 1}-of-${client_id}`;
      granted.push({ clientId: client_id, token });
      return answer(response, 200, { access_token: token, expires_in: life });
    }
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    if (!accepted(token)) return answer(response, 401, { code: 401, message: refusal });
    return answer(response, 200, { id: '1', key: 'PLAN', name: token });
  });
  sites = confluenceSites({ authUrl: server.url, now: () => clock });
});
afterEach(() => server.stop());

const machine = (clientId: string): ConfluenceCredential => ({
  type: 'client_credentials',
  clientId,
  clientSecret: 'secret',
});
/** The token that a call of this owner, with this credential, is made with. */
const tokenOf = async (owner: string, version: string, clientId = `${owner}-${version}`) => {
  const credential = async () => machine(clientId);
  const api = sites({ baseUrl: server.url, owner, version, credential });
  return (await api.spaceById('1'))?.name;
};
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => error.failure,
  );

test('a token is asked for as Atlassian documents it, and kept for its life less a minute', async () => {
  expect(await tokenOf('a', '1')).toBe('token-1-of-a-1');
  expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
    grant_type: 'client_credentials',
    client_id: 'a-1',
    client_secret: 'secret',
    audience: 'api.atlassian.com',
  });
  clock = START + 3_540_000 - 1;
  expect(await tokenOf('a', '1')).toBe('token-1-of-a-1');
  clock = START + 3_540_000;
  expect(await tokenOf('a', '1')).toBe('token-2-of-a-1');
});

test('calls that come at once share one fetch', async () => {
  await Promise.all(Array.from({ length: 10 }, () => tokenOf('a', '1')));
  expect(granted).toHaveLength(1);
});

test('a token is never used for another owner, nor for another credential of the same owner', async () => {
  const calls = ['a 1', 'b 1', 'a 2', 'a 1', 'b 1', 'a 2'];
  const sequential: (string | undefined)[] = [];
  for (const call of calls) {
    const [owner = '', version = ''] = call.split(' ');
    sequential.push(await tokenOf(owner, version));
  }
  const owners = (tokens: (string | undefined)[]) => tokens.map((token) => token?.split('-of-')[1]);
  expect(owners(sequential)).toEqual(calls.map((call) => call.replace(' ', '-')));
  const atOnce = await Promise.all(calls.map((call) => tokenOf(...(call.split(' ') as [string, string]))));
  expect(owners(atOnce)).toEqual(calls.map((call) => call.replace(' ', '-')));
});

test('an older credential whose fetch ends late does not take the place of the newer one', async () => {
  const [older, newer] = await Promise.all([tokenOf('a', '1'), tokenOf('a', '2')]);
  expect([older, newer]).toEqual(['token-1-of-a-1', 'token-2-of-a-2']);
  expect(await tokenOf('a', '2')).toBe('token-2-of-a-2');
  expect(granted).toHaveLength(2);
});

test('an older credential whose fetch fails late does not take the token of the newer one away', async () => {
  refuse = { status: 401, body: { error: 'access_denied' }, clientId: 'a-1' };
  const [older, newer] = await Promise.all([failureOf(tokenOf('a', '1')), tokenOf('a', '2')]);
  expect([older, newer]).toEqual([{ is: 'unauthorized' }, 'token-1-of-a-2']);
  expect(await tokenOf('a', '2')).toBe('token-1-of-a-2');
});

test('a token that claims to live for weeks is used for a day', async () => {
  life = 30 * 24 * 3_600;
  await tokenOf('a', '1');
  clock = START + 24 * 3_600_000 - 60_000;
  expect(await tokenOf('a', '1')).toBe('token-2-of-a-1');
});

test('a 401 for want of a scope is not answered with a fresh token', async () => {
  accepted = () => false;
  refusal = 'Unauthorized; scope does not match';
  expect(await failureOf(tokenOf('a', '1'))).toEqual({ is: 'scope' });
  expect(server.seen).toHaveLength(2);
});

test('a 401 is answered with a fresh token, once for all calls that met it', async () => {
  await tokenOf('a', '1');
  accepted = (token) => !token.startsWith('token-1-');
  const tokens = await Promise.all(Array.from({ length: 5 }, () => tokenOf('a', '1')));
  expect(new Set(tokens)).toEqual(new Set(['token-2-of-a-1']));
  expect(granted).toHaveLength(2);
});

test('a fresh token that is refused too is a refused credential, without a third try', async () => {
  accepted = () => false;
  expect(await failureOf(tokenOf('a', '1'))).toEqual({ is: 'unauthorized' });
  expect(server.seen.map(({ path }) => path)).toEqual([
    '/oauth/token',
    '/wiki/api/v2/spaces/1',
    '/oauth/token',
    '/wiki/api/v2/spaces/1',
  ]);
});

test.each([
  [401, { error: 'access_denied', error_description: 'Unauthorized' }, 'unauthorized'],
  [403, { error: 'unauthorized_client' }, 'unauthorized'],
  [400, { error: 'invalid_request' }, 'unauthorized'],
  [429, {}, 'rate_limited'],
  [503, {}, 'unavailable'],
  [403, 'the edge', 'forbidden'],
  [404, 'the edge', 'unavailable'],
  [400, 'the edge', 'unavailable'],
  [302, '', 'unavailable'],
  [200, { access_token: '', expires_in: 3_600 }, 'unavailable'],
  [200, { access_token: 'x' }, 'unavailable'],
  [200, { access_token: 'x\r\ny', expires_in: 3_600 }, 'unavailable'],
])('the answer %i %j to the request for a token is %s, and is not kept', async (status, body, is) => {
  refuse = { status, body };
  expect(await failureOf(tokenOf('a', '1'))).toMatchObject({ is });
  refuse = undefined;
  expect(await tokenOf('a', '1')).toBe('token-1-of-a-1');
});

test('a token that lives shorter than a minute is used once', async () => {
  life = 30;
  expect(await tokenOf('a', '1')).toBe('token-1-of-a-1');
  expect(await tokenOf('a', '1')).toBe('token-2-of-a-1');
});

test('an API token is sent as it is, and a refused one is not tried again', async () => {
  const credentials: ConfluenceCredential[] = [
    { type: 'scoped_token', token: 'scoped' },
    { type: 'scoped_token', email: 'ada@acme.example', token: 'scoped' },
    { type: 'classic_token', email: 'ada@acme.example', token: 'classic' },
  ];
  for (const credential of credentials) {
    const api = sites({ baseUrl: server.url, owner: 'a', version: '1', credential: async () => credential });
    await api.spaceById('1');
  }
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer scoped',
    basic('ada@acme.example:scoped'),
    basic('ada@acme.example:classic'),
  ]);
  accepted = () => false;
  const api = sites({
    baseUrl: server.url,
    owner: 'a',
    version: '1',
    credential: async () => ({ type: 'scoped_token', token: 'scoped' }),
  });
  expect(await failureOf(api.spaceById('1'))).toEqual({ is: 'unauthorized' });
  expect(server.seen).toHaveLength(4);
});
