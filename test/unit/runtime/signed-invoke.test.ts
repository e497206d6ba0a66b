import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { starter } from '../../../shared/runtime/invoke.ts';
import { logger } from '../../../shared/runtime/logger.ts';
import { signedStarter } from '../../../shared/runtime/signed-invoke.ts';

type Received = {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
};

const FUNCTION = 'omakase-Work:live';
const PAYLOAD = { workspaceId: 'w', featureIds: ['f'] };
let received: Received[] = [];
let status = 202;
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  received.push({ method: request.method, url: request.url, headers: request.headers, body });
  if (status > 0) response.writeHead(status).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  status = 202;
});

const start = (payload: typeof PAYLOAD) => signedStarter(FUNCTION, new DynamoDBClient({}))(payload);

const scopeOf = ({ authorization = '' }: IncomingHttpHeaders) =>
  /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/lambda\/aws4_request, /.test(authorization);

test('asks for the same as the client of the SDK, signed for Lambda', async () => {
  await start(PAYLOAD);
  await starter(FUNCTION)(PAYLOAD);
  const [mine, theirs] = received.map(({ method, url, body, headers }) => ({
    method,
    url,
    body,
    kind: headers['x-amz-invocation-type'],
    isSigned: scopeOf(headers),
  }));
  expect(mine).toEqual(theirs);
  expect(mine).toMatchObject({ kind: 'Event', isSigned: true });
});

test('logs a refusal and an endpoint that does not answer within a second, and continues', async () => {
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
  status = 403;
  await start(PAYLOAD);
  status = 0;
  const begun = performance.now();
  await start(PAYLOAD);
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(warn.mock.calls.map(([message]) => message)).toEqual(['kick lost', 'kick lost']);
  warn.mockRestore();
});
