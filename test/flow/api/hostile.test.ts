import { gzipSync } from 'node:zlib';
import { type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signed, webhookExample } from '../../../testing/builders.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';
import { type Forged, forgedToken } from '../../support/forged-token.ts';
import { send } from '../../support/pulling.ts';
import { openSocket, sendRaw } from '../../support/raw-http.ts';

/** Linear waits this long for an answer. */
const LINEAR_WAITS_MS = 5_000;
const WEBHOOK = 'POST /webhooks/linear HTTP/1.1';

let stack: TestStack;
/** A token of a subject with a connected workspace. */
let token: string;

beforeAll(async () => {
  stack = await startStack();
  await connectAs(stack, 'auth0|mine');
  token = await stack.token('auth0|mine', SCOPES);
  // They run beside every test that follows.
  startSlowSenders();
}, 120_000);
afterAll(async () => {
  clearInterval(drip);
  await stack?.stop();
});

/** Two hundred callers that never finish: half of them never end their headers, half never end their bodies. */
let slow: (ReturnType<typeof openSocket> & { lastedMs: Promise<number> })[] = [];
let drip: NodeJS.Timeout | undefined;
const startSlowSenders = () => {
  slow = Array.from({ length: 200 }, (_, index) => {
    const opened = openSocket(stack.outputs.api);
    const startedAt = performance.now();
    const lastedMs = opened.closed.then(() => performance.now() - startedAt);
    opened.socket.write(`${WEBHOOK}\r\nhost: 127.0.0.1\r\n`);
    if (index % 2) opened.socket.write('content-length: 1000\r\n\r\n{');
    return { ...opened, lastedMs };
  });
  drip = setInterval(() => {
    for (const [index, { socket }] of slow.entries()) socket.write(index % 2 ? ' ' : 'x-slow: 1\r\n');
  }, 500);
};

/** A signed delivery of the current time. */
const delivery = () => {
  const now = Date.now();
  const at = { createdAt: new Date(now).toISOString(), webhookTimestamp: now };
  return signed({ ...webhookExample('01-issue-create'), ...at }, stack.outputs.webhookSecret ?? '');
};
const deliver = async (body: Buffer, headers: Record<string, string>) => {
  const response = await fetch(new URL('/webhooks/linear', stack.outputs.api), {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
};
/** Checks that a delivery from Linear is served in time. */
const isServed = async () => {
  const { bytes, signature } = delivery();
  const startedAt = performance.now();
  const { status } = await deliver(bytes, { 'linear-signature': signature });
  expect(status).toBe(200);
  expect(performance.now() - startedAt).toBeLessThan(LINEAR_WAITS_MS);
};
const webhookOperations = () => stack.wire.take().filter(({ caller }) => shortName(caller) === 'Webhook');

describe('hostile deliveries', () => {
  test('a flood without signatures costs no DynamoDB read and does not delay deliveries from Linear', async () => {
    await isServed();
    webhookOperations();
    const statuses = new Map<number, number>();
    const flood = async () => {
      for (let sent = 0; sent < 100; sent++) {
        const { status } = await deliver(
          Buffer.from('{}'),
          sent % 2 ? {} : { 'linear-signature': 'f'.repeat(64) },
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const flooding = Promise.all(Array.from({ length: 8 }, flood));
    await isServed();
    await flooding;
    // Above the throttle, the gateway itself refuses.
    expect([...statuses.keys()].filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(statuses.get(401)).toBeGreaterThan(100);
    // The reads of the deliveries that came from Linear.
    expect(webhookOperations().length).toBeLessThan(10);
    await isServed();
  });

  test('a body above the limit is refused, whether it is signed and whether it declares its length', async () => {
    const large = signed('x'.repeat(6 * 1024 * 1024), stack.outputs.webhookSecret ?? '');
    expect((await deliver(large.bytes, { 'linear-signature': large.signature })).status).toBe(413);
    // Endless chunks are cut off as soon as they are more than the gateway accepts.
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    expect(await sendRaw(stack.outputs.api, [WEBHOOK, 'transfer-encoding: chunked'], chunk.repeat(11))).toBe(
      413,
    );
    await isServed();
  });

  test.each<[string, (signature: string) => string[], number]>([
    ['an upper-case name and upper-case hex', (good) => [`LINEAR-SIGNATURE: ${good.toUpperCase()}`], 200],
    [
      'a wrong signature before the right one',
      (good) => ['linear-signature: 00', `linear-signature: ${good}`],
      401,
    ],
    ['an empty signature', () => ['linear-signature:'], 401],
    ['half a signature', (good) => [`linear-signature: ${good.slice(0, 32)}`], 401],
    ['a signature with its scheme', (good) => [`linear-signature: sha256=${good}`], 401],
    ['a signature of 10 kB', (good) => [`linear-signature: ${'0'.repeat(10_000)}${good}`], 401],
    ['headers beyond any measure', (good) => [`linear-signature: ${good}`, `x: ${'0'.repeat(100_000)}`], 431],
    ['a signature under another name', (good) => [`x-linear-signature: ${good}`], 401],
    ['two lengths', (good) => [`linear-signature: ${good}`, 'content-length: 5'], 400],
    ['a length and chunks', (good) => [`linear-signature: ${good}`, 'transfer-encoding: chunked'], 400],
    ['an unknown transfer encoding', (good) => [`linear-signature: ${good}`, 'transfer-encoding: gzip'], 400],
    [
      'another method by override',
      (good) => [`linear-signature: ${good}`, 'x-http-method-override: DELETE'],
      200,
    ],
  ])('a delivery with %s is answered as expected', async (_, headers, status) => {
    const { bytes, signature } = delivery();
    const head = [
      WEBHOOK,
      `content-length: ${bytes.length}`,
      'content-type: application/json',
      ...headers(signature),
    ];
    expect(await sendRaw(stack.outputs.api, head, bytes)).toBe(status);
  });

  test('a signature must cover the bytes exactly as they were sent', async () => {
    const { bytes, signature } = delivery();
    const packed = gzipSync(bytes);
    const encoding = { 'content-encoding': 'gzip' };
    expect((await deliver(packed, { ...encoding, 'linear-signature': signature })).status).toBe(401);
    // The service never decompresses, so a compressed bomb stays small.
    const own = signed('', stack.outputs.webhookSecret ?? '');
    expect((await deliver(packed, { ...encoding, 'linear-signature': own.signature })).status).toBe(401);
    const octets = { 'content-type': 'application/octet-stream', 'linear-signature': signature };
    expect((await deliver(bytes, octets)).status).toBe(200);
    expect(
      (await deliver(Buffer.concat([bytes, Buffer.from(' ')]), { 'linear-signature': signature })).status,
    ).toBe(401);
    const another = signed(bytes.toString(), 'another secret').signature;
    expect((await deliver(bytes, { 'linear-signature': another })).status).toBe(401);
  });
});

describe('a forged token', () => {
  const forged = (how: Forged) => forgedToken(stack.dataDir, 'auth0|mine', how);
  const statusWith = async (of: string) => (await send(stack, 'GET', '/workspaces', { token: of })).status;
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('is served when nothing about it is forged', async () => {
    expect(await statusWith(await forged({}))).toBe(200);
  });

  test.each<[string, Forged]>([
    ['of another issuer', { claims: { iss: 'https://auth.example.com.evil.example/' } }],
    ['for another audience', { claims: { aud: 'another' } }],
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1000) - 1 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['that is not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['signed with the public key as a secret', { key: 'public PEM' }],
    ['signed with the public key and a newline as a secret', { key: 'public PEM and a newline' }],
  ])('%s is refused', async (_, how) => {
    expect(await statusWith(await forged(how))).toBe(401);
  });

  test.each(['none', 'None', 'NONE', 'HS256', 'RS256'])(
    'without a signature is refused, with alg %s',
    async (alg) => {
      const [, payload] = (await forged({})).split('.');
      for (const signature of ['', 'AAAA'])
        expect(await statusWith(`${base64({ alg })}.${payload}.${signature}`)).toBe(401);
    },
  );

  test('with claims that replace those of another token is refused', async () => {
    const [header, payload = '', signature] = (await forged({ claims: { sub: 'auth0|stranger' } })).split(
      '.',
    );
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    expect(await statusWith(`${header}.${base64({ ...claims, sub: 'auth0|mine' })}.${signature}`)).toBe(401);
  });

  test('signed with a key in its own header is refused', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify'],
    );
    const jwk = (await crypto.subtle.exportKey('jwk', publicKey)) as JWK;
    const [, payload = ''] = (await forged({})).split('.');
    const own = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      .setProtectedHeader({ alg: 'RS256', jwk })
      .sign(privateKey);
    expect(await statusWith(own)).toBe(401);
  });
});

describe('a hostile request', () => {
  test.each([
    '/workspaces/../healthz',
    '/workspaces/%2e%2e/healthz',
    '/workspaces/..%2fhealthz',
    '/workspaces/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/workspaces/%00',
    '/workspaces/%ff',
    '/workspaces/%',
    '//workspaces',
    '/workspaces/',
    '/WORKSPACES',
    '/features/__proto__',
    '/features/constructor',
    '/features/%F0%9F%92%A9',
    `/features/${'x'.repeat(3_000)}`,
    '/features/*',
    '/features/$(id)',
    "/features/'%20OR%201=1--",
  ])('for %s is a 400 or 404', async (path) => {
    const status = await sendRaw(stack.outputs.api, [
      `GET ${path} HTTP/1.1`,
      `authorization: Bearer ${token}`,
    ]);
    expect([400, 404]).toContain(status);
  });

  test('cannot move a connect link to another host with a header', async () => {
    const { socket, heard, closed } = openSocket(stack.outputs.api);
    const head = [
      'POST /workspaces/connect-links HTTP/1.1',
      `host: ${new URL(stack.outputs.api).host}`,
      'x-forwarded-host: evil.example',
      'forwarded: host=evil.example',
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      'content-length: 2',
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{}`);
    await closed;
    expect(heard()).toContain(`"url":"${stack.outputs.api}/connect/`);
    expect(heard()).not.toContain('evil');
  });
});

test('the gateway hangs up on those who never end their headers', async () => {
  const lasted = await Promise.all(
    slow.filter((_, index) => index % 2 === 0).map(({ lastedMs }) => lastedMs),
  );
  expect(Math.min(...lasted)).toBeGreaterThan(9_000);
  expect(Math.max(...lasted)).toBeLessThan(20_000);
  await isServed();
}, 60_000);

test('no secret and nothing hostile is in a log', () => {
  const logs = stack.logs();
  for (const secret of [String(stack.outputs.webhookSecret), 'lin_oauth_', 'eyJ', 'evil.example', 'passwd'])
    expect(logs).not.toContain(secret);
});
