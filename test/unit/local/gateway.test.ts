import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, openGateway, serveHttpApi } from '../../../local/api-gateway/gateway.ts';
import { resolveTemplates } from '../../../local/aws/template.ts';
import { createClock } from '../../../local/clock.ts';
import { foreignPages, openSocket, statusOf } from '../../support/raw-http.ts';

const ISSUER = 'https://auth.example.com/';
const AUDIENCE = 'omakase-linear';

const route = (RouteKey: string, scope?: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    RouteKey,
    AuthorizationType: scope ? 'JWT' : 'NONE',
    ...(scope && { AuthorizationScopes: [scope] }),
    Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
  },
});

const deployment = (throttle: object = {}) =>
  resolveTemplates(
    {
      Service: {
        Resources: {
          Api: { Type: 'AWS::ApiGatewayV2::Api' },
          Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: throttle },
          Jwt: {
            Type: 'AWS::ApiGatewayV2::Authorizer',
            Properties: { JwtConfiguration: { Issuer: ISSUER, Audience: [AUDIENCE] } },
          },
          Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: 'echo' } },
          Default: route('$default'),
          One: route('GET /things/{id}', 'things:read'),
          Special: route('GET /things/special'),
          Deep: route('POST /things/{id}/parts/{part}'),
        },
      },
    },
    { apiEndpoint: '' },
  );

const { privateKey, publicKey } = await generateKeyPair('RS256');
const now = () => Math.floor(Date.now() / 1000);
const tokenWith = (claims: object, key: Parameters<SignJWT['sign']>[0] = privateKey, alg = 'RS256') =>
  new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'someone',
    exp: now() + 60,
    scope: 'things:read',
    ...claims,
  })
    .setProtectedHeader({ alg })
    .sign(key);

/** Answers with its event, or with what the body of the request asks for. */
const signals: AbortSignal[] = [];
const invoke = async (_: string, event: unknown, signal?: AbortSignal) => {
  const { body = '', headers } = event as { body?: string; headers: Record<string, string> };
  if (signal) signals.push(signal);
  if (body === 'hang') return new Promise<never>(() => {});
  if (body === 'fail') return { payload: '{"errorType":"Error"}', functionError: 'Unhandled' as const };
  return { payload: headers['x-result'] ?? JSON.stringify(event) };
};

let gateway: Gateway;
const serve = (throttle?: object) =>
  gateway.serve(
    serveHttpApi(deployment(throttle), {
      functions: { invoke },
      key: publicKey,
      clock: createClock(),
      integrationTimeoutMs: 100,
      access: () => {},
    }),
  );
beforeAll(async () => {
  gateway = await openGateway(0);
});
afterAll(() => gateway.stop());

const call = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);
const authorized = async (claims: object) =>
  call('/things/1', { headers: { authorization: `Bearer ${await tokenWith(claims)}` } });

test('the gateway answers 503 until it serves an API', async () => {
  expect((await call('/things/special')).status).toBe(503);
});

test.each(foreignPages)('the gateway refuses %s', async (_, headers) => {
  serve();
  expect(await statusOf(`${gateway.url}/things/special`, headers)).toBe(403);
  expect(await statusOf(`${gateway.url}/things/special`, {})).toBe(200);
});

describe('the JWT authorizer', () => {
  beforeAll(() => serve());

  test('accepts a valid token and passes its claims to the function as text', async () => {
    const response = await authorized({});
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      routeKey: 'GET /things/{id}',
      pathParameters: { id: '1' },
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'someone', exp: expect.any(String) }, scopes: ['things:read'] } },
      },
    });
  });

  test('accepts a token without "Bearer"', async () => {
    expect((await call('/things/1', { headers: { authorization: await tokenWith({}) } })).status).toBe(200);
  });

  test('refuses a request without a token with API Gateway’s message', async () => {
    const response = await call('/things/1');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.text()).toBe('{"message":"Unauthorized"}');
  });

  test.each<[string, object]>([
    ['of another issuer', { iss: 'https://elsewhere.example/' }],
    ['for another audience', { aud: 'another' }],
    ['without an audience', { aud: undefined }],
    ['that has expired', { exp: now() - 1 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: now() + 60 }],
    ['issued in the future', { iat: now() + 60 }],
  ])('refuses a token %s', async (_, claims) => {
    expect((await authorized(claims)).status).toBe(401);
  });

  test('refuses a token signed with another key', async () => {
    const { privateKey: another } = await generateKeyPair('RS256');
    const authorization = `Bearer ${await tokenWith({}, another)}`;
    expect((await call('/things/1', { headers: { authorization } })).status).toBe(401);
  });

  test('refuses a token signed with a shared secret', async () => {
    const authorization = `Bearer ${await tokenWith({}, new TextEncoder().encode('x'.repeat(32)), 'HS256')}`;
    expect((await call('/things/1', { headers: { authorization } })).status).toBe(401);
  });

  test.each<[string, object, number]>([
    ['the scope among others', { scope: 'a things:read' }, 200],
    ['the scope in scp', { scope: undefined, scp: ['things:read'] }, 200],
    ['the audience as client_id, without aud', { aud: undefined, client_id: AUDIENCE }, 200],
    ['several audiences', { aud: ['another', AUDIENCE] }, 200],
    ['another scope', { scope: 'things:write' }, 403],
    ['no scope', { scope: undefined }, 403],
  ])('answers a token with %s %j with %i', async (_, claims, status) => {
    const response = await authorized(claims);
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.text()).toBe('{"message":"Forbidden"}');
  });
});

describe('the router of the gateway', () => {
  beforeAll(() => serve());

  test.each([
    ['GET', '/things/special', 'GET /things/special'],
    ['POST', '/things/a%2Fb/parts/x%20y', 'POST /things/{id}/parts/{part}'],
    ['POST', '/things/1', '$default'],
    ['GET', '/things/', '$default'],
    ['GET', '//things', '$default'],
  ])('routes %s %s to %s', async (method, path, routeKey) => {
    expect(await (await call(path, { method })).json()).toMatchObject({ routeKey });
  });

  test('decodes path parameters', async () => {
    const event = await (await call('/things/a%2Fb/parts/x%20y', { method: 'POST' })).json();
    expect(event).toMatchObject({ pathParameters: { id: 'a/b', part: 'x y' } });
  });
});

describe('the event in payload format 2.0', () => {
  beforeAll(() => serve());

  test('has query and cookies apart from the headers', async () => {
    const event = await (
      await call('/x?a=1&b=2&a=3', { headers: { cookie: 'c=1; d=2', 'X-One': 'y' } })
    ).json();
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/x',
      rawQueryString: 'a=1&b=2&a=3',
      queryStringParameters: { a: '1,3', b: '2' },
      cookies: ['c=1', 'd=2'],
      headers: { 'x-one': 'y' },
    });
    expect(event).not.toHaveProperty('headers.cookie');
  });

  test.each([
    ['application/json', false],
    ['text/plain; charset=utf-8', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('has a body of type %s in base64: %s', async (type, isBase64Encoded) => {
    const event = await (
      await call('/x', { method: 'POST', body: 'é', headers: { 'content-type': type } })
    ).json();
    expect(event).toMatchObject({ isBase64Encoded });
    const { body } = event as { body: string };
    expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('é');
  });

  const answering = (result: unknown) => call('/x', { headers: { 'x-result': JSON.stringify(result) } });

  test('is answered with status, headers, cookies and body of the result', async () => {
    const response = await answering({
      statusCode: 201,
      headers: { 'content-type': 'text/html', 'x-n': 1 },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from('<p>').toString('base64'),
      isBase64Encoded: true,
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(response.headers.get('x-n')).toBe('1');
    expect(await response.text()).toBe('<p>');
  });

  test('is answered with a 200 if the result has no status', async () => {
    const response = await answering({ a: 1 });
    expect([response.status, await response.json()]).toEqual([200, { a: 1 }]);
  });
});

describe('the gateway', () => {
  test('answers 500 if the function failed', async () => {
    serve();
    const response = await call('/x', { method: 'POST', body: 'fail' });
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('answers 503 and aborts the invocation if the function takes too long', async () => {
    serve();
    const response = await call('/x', { method: 'POST', body: 'hang' });
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
    await expect.poll(() => signals.at(-1)?.aborted).toBe(true);
  });

  test('aborts the invocation if the caller hangs up', async () => {
    serve();
    const calling = call('/x', { method: 'POST', body: 'hang', signal: AbortSignal.timeout(30) });
    await expect(calling).rejects.toThrow();
    await expect.poll(() => signals.at(-1)?.aborted).toBe(true);
  });

  test('answers 413 if the body is over 10 MB', async () => {
    serve();
    const response = await call('/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });

  test('answers 429 if the burst limit is exceeded', async () => {
    serve({ DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 0.001 } });
    const statuses = [await call('/x'), await call('/x'), await call('/x')].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

test('the gateway hangs up on callers who never end their headers, and later on those who never end their body', async () => {
  const strict = await openGateway(0, { headersTimeoutMs: 300, requestTimeoutMs: 1_000, checkMs: 50 });
  strict.serve(async (request, response) => {
    await request.toArray();
    response.end();
  });
  const lasts = async (sent: string): Promise<number> => {
    const startedAt = performance.now();
    const { socket, closed } = openSocket(strict.url);
    socket.write(`POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n${sent}`);
    const drip = setInterval(() => socket.write(' '), 50);
    await closed;
    clearInterval(drip);
    return performance.now() - startedAt;
  };
  const [headers = 0, body = 0] = await Promise.all([
    lasts('x-slow: '),
    lasts('content-length: 1000\r\n\r\n{'),
  ]);
  await strict.stop();
  expect(headers).toBeGreaterThan(250);
  expect(headers).toBeLessThan(900);
  expect(body).toBeGreaterThan(950);
});
