import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { exportSPKI, importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signed, webhookExample } from '../../../testing/builders.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';
import { addOrganization, type Feature, send, startPulling } from '../../support/pulling.ts';
import { openSocket, sendRaw } from '../../support/raw-http.ts';

/** Linear waits this long for an answer. */
const LINEAR_WAITS_MS = 5_000;
const WEBHOOK = 'POST /webhooks/linear HTTP/1.1';

type Tenant = Awaited<ReturnType<typeof startPulling>> & { token: string; features: Feature[] };

let stack: TestStack;
let mine: Tenant;
let theirs: Tenant;

const tenant = async (sub: string, organization?: string): Promise<Tenant> => {
  const pulling = await startPulling(stack, sub, organization);
  const { api, project, other } = pulling;
  const features = await Promise.all(
    [project, other].map(({ id }) => api.get<{ items: Feature[] }>(`/projects/${id}/features`)),
  );
  return {
    ...pulling,
    token: await stack.token(sub, SCOPES),
    features: features.flatMap(({ items }) => items),
  };
};

beforeAll(async () => {
  stack = await startStack();
  theirs = await tenant('auth0|theirs', await addOrganization(stack, 'Theirs'));
  await theirs.human.advanceClock(61_000);
  mine = await tenant('auth0|mine');
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
  const now = Date.now() + 61_000;
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
  type Forged = {
    header?: object;
    claims?: object;
    key?: 'ours' | 'public PEM' | 'public PEM and a newline';
  };
  /** A token of the owner, apart from what the arguments change. */
  const forged = async ({ header = {}, claims = {}, key = 'ours' }: Forged) => {
    const { jwt, issuer, audience } = JSON.parse(readFileSync(join(stack.dataDir, 'keys.json'), 'utf8')) as {
      jwt: JWK;
      issuer: string;
      audience: string;
    };
    const seconds = Math.floor(Date.now() / 1000);
    const all = {
      iss: issuer,
      aud: audience,
      sub: 'auth0|mine',
      scope: SCOPES,
      iat: seconds,
      exp: seconds + 600,
    };
    const payload = new SignJWT({ ...all, ...claims });
    if (key === 'ours')
      return payload.setProtectedHeader({ alg: 'RS256', ...header }).sign(await importJWK(jwt, 'RS256'));
    const publicKey = createPublicKey({ key: jwt as never, format: 'jwk' });
    const pem = (await exportSPKI(publicKey as never)).trim();
    const secret = new TextEncoder().encode(key === 'public PEM' ? pem : `${pem}\n`);
    return payload.setProtectedHeader({ alg: 'HS256', ...header }).sign(secret);
  };
  const statusWith = async (token: string) => (await send(stack, 'GET', '/workspaces', { token })).status;
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

describe('what belongs to another tenant', () => {
  type Ids = Record<'workspace' | 'history' | 'project' | 'linearProject' | 'feature' | 'issue', string>;
  const callsWith = (ids: Ids): [string, string, object?][] => [
    ['GET', `/workspaces/${ids.workspace}`],
    ['PATCH', `/workspaces/${ids.workspace}`, { settings: { reopen: false } }],
    ['POST', `/workspaces/${ids.workspace}/sync`, {}],
    ['GET', `/workspaces/${ids.workspace}/history`],
    ['GET', `/workspaces/${ids.workspace}/history/${ids.history}`],
    ['GET', `/workspaces/${mine.workspaceId}/history/${ids.history}`],
    ['GET', `/workspaces/${ids.workspace}/linear/issues`],
    ['PUT', `/workspaces/${ids.workspace}/members/auth0%7Cmine`, {}],
    ['DELETE', `/workspaces/${ids.workspace}/members/auth0%7Cfriend`],
    ['GET', `/projects?workspaceId=${ids.workspace}`],
    ['GET', `/projects/${ids.project}`],
    ['PATCH', `/projects/${ids.project}`, { status: 'archived' }],
    ['GET', `/projects/${ids.project}/features`],
    ['POST', `/projects/${ids.project}/features/claim`, {}],
    ['POST', `/projects/${ids.project}/sync`, {}],
    ['GET', `/projects/by-linear-project/${ids.linearProject}`],
    ['GET', `/features/${ids.feature}`],
    ['GET', `/features/by-linear-issue/${ids.issue}`],
    ['PATCH', `/features/${ids.feature}/status`, { status: 'in_progress', runId: 'stolen' }],
    ['POST', `/features/${ids.feature}/release`, { runId: 'stolen' }],
    ['PATCH', `/features/${ids.feature}/from-linear`, {}],
    ['POST', '/features/from-linear', { projectId: ids.project, linearIssueId: ids.issue }],
    ['POST', '/features/from-linear', { projectId: mine.project.id, linearIssueId: ids.issue }],
    ['DELETE', `/workspaces/${ids.workspace}/connection`],
  ];
  type Answered = { call: string; status: number; said: object; reads: string[] };
  /** The DynamoDB reads of the API. Equal reads take equal time, which gives nothing away. */
  const apiReads = () =>
    stack.wire
      .take()
      .filter(({ caller }) => shortName(caller) === 'Api')
      .map(({ action, table, index = '' }) => `${action} ${shortName(table)} ${index}`.trim())
      .sort();
  const answersTo = async (ids: Ids): Promise<Answered[]> => {
    // Opens the token of the caller's own workspace now, so that no later call has to.
    await send(stack, 'GET', `/workspaces/${mine.workspaceId}/linear/teams`, { token: mine.token });
    const answers: Answered[] = [];
    for (const [method, path, body] of callsWith(ids)) {
      const { token } = mine;
      stack.wire.take();
      const answer = await send(stack, method, path, { token, ...(body && { body }) });
      const { requestId: _, ...said } = answer.body as Record<string, unknown>;
      answers.push({ call: `${method} ${path}`, status: answer.status, said, reads: apiReads() });
    }
    return answers;
  };
  const bare = (answers: Answered[]) => answers.map(({ call: _, ...rest }) => rest);

  test('is a 404 wherever its ids are used, with the same answer and the same reads as an id that does not exist', async () => {
    const [feature] = theirs.features as [Feature];
    const { workspaceId, project } = theirs;
    const listed = await theirs.api.get<{ items: { id: string }[] }>(`/workspaces/${workspaceId}/history`);
    const ids = {
      workspace: workspaceId,
      history: String(listed.items[0]?.id),
      project: project.id,
      linearProject: project.linearProjectId,
      feature: feature.id,
      issue: feature.linearIssueId,
    };
    const paths = ['workspaces', 'projects', 'features'].map(
      (of, index) => `/${of}/${[workspaceId, project.id, feature.id][index]}`,
    );
    const seen = () => Promise.all([...paths, `${paths[0]}/history`].map((path) => theirs.api.get(path)));
    const before = await seen();
    const answers = await answersTo(ids);
    expect(answers.filter(({ status }) => status !== 404)).toEqual([]);
    expect(JSON.stringify(answers)).not.toContain('Theirs');
    const none = '0'.repeat(26);
    const uuid = '00000000-0000-4000-a000-000000000000';
    const nothing = { workspace: none, history: none, project: none, feature: none };
    const unknown = await answersTo({ ...nothing, linearProject: uuid, issue: uuid });
    expect(bare(unknown)).toEqual(bare(answers));
    expect(await seen()).toEqual(before);
  });

  test('cannot be reached with a cursor, because a cursor is bound to its list', async () => {
    type Page = { nextCursor?: string };
    const ofTheirs = await theirs.api.get<Page>(`/projects?workspaceId=${theirs.workspaceId}&limit=1`);
    const ofMine = await mine.api.get<Page>(`/projects?workspaceId=${mine.workspaceId}&limit=1`);
    const cursor = ofMine.nextCursor ?? '';
    expect(ofTheirs.nextCursor).toBeDefined();
    const decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { of: string; key: object };
    const coded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = [
      String(ofTheirs.nextCursor),
      coded({ ...decoded, key: { ...decoded.key, workspaceId: theirs.workspaceId } }),
      coded({ ...decoded, key: { ...decoded.key, more: 'x' } }),
      coded({ ...decoded, key: {} }),
      coded({ ...decoded, of: '__proto__' }),
      cursor.slice(0, -4),
      'e30',
      'AAAA',
      '../../',
      'x'.repeat(5_000),
    ];
    for (const each of wrong) {
      const path = `/projects?workspaceId=${mine.workspaceId}&limit=1&cursor=${encodeURIComponent(each)}`;
      expect([each, (await send(stack, 'GET', path, { token: mine.token })).status]).toEqual([each, 400]);
    }
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
      `authorization: Bearer ${mine.token}`,
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
      `authorization: Bearer ${mine.token}`,
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

test('the gateway hangs up on slow senders', async () => {
  const lasted = await Promise.all(slow.map(({ lastedMs }) => lastedMs));
  const [headers, bodies] = [0, 1].map((kind) => lasted.filter((_, index) => index % 2 === kind));
  expect(Math.min(...(headers ?? []))).toBeGreaterThan(9_000);
  expect(Math.max(...(headers ?? []))).toBeLessThan(20_000);
  expect(Math.min(...(bodies ?? []))).toBeGreaterThan(29_000);
  expect(Math.max(...(bodies ?? []))).toBeLessThan(45_000);
  await isServed();
}, 60_000);

test('no secret and nothing hostile is in a log', () => {
  const logs = stack.logs();
  for (const secret of [String(stack.outputs.webhookSecret), 'lin_oauth_', 'eyJ', 'evil.example', 'passwd'])
    expect(logs).not.toContain(secret);
});
