import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import type { ApiDeps } from '../../../lambdas/api/deps.ts';
import { api } from '../../../lambdas/api/handler.ts';
import { oauth } from '../../../lambdas/oauth/handler.ts';
import { confluenceApi } from '../../../shared/confluence/requests.ts';
import { AppError } from '../../../shared/errors.ts';
import { linearClient } from '../../../shared/linear/client.ts';
import { type HttpEvent, type HttpResult, httpHandler } from '../../../shared/runtime/http.ts';
import type { Connect } from '../../../shared/use-cases/workspaces/connect.ts';

const SECRET = 'pYx7-what-somebody-sent';
let logged = '';
beforeEach(() => {
  logged = '';
  const keep = (text: unknown) => {
    logged += `${text}\n`;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const event = (method: string, path: string, more: object = {}): HttpEvent =>
  ({
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    headers: { 'user-agent': SECRET },
    requestContext: { http: { method, path }, domainName: 'api.example.com' },
    ...more,
  }) as unknown as HttpEvent;
const answer = (handle: (event: HttpEvent) => Promise<HttpResult>, of: HttpEvent) =>
  httpHandler(handle)(of, { awsRequestId: 'request-1' } as Context);

test('the log does not contain the path of an unknown route, such as HEAD of a connect link', async () => {
  const { statusCode } = await answer(api({} as ApiDeps), event('HEAD', `/connect/${SECRET}`));
  expect(statusCode).toBe(404);
  expect(logged).toContain('"kind":"not_found"');
  expect(logged).not.toContain(SECRET);
});

test('the log does not contain what an error says to the caller', async () => {
  const refusing = async () => {
    throw new AppError('conflict', `The run ${SECRET} holds it.`, { detail: { why: 'held' } });
  };
  await answer(refusing, event('GET', '/'));
  expect(logged).toContain('"why":"held"');
  expect(logged).not.toContain(SECRET);
});

test('the log does not contain what a page of the OAuth flow says', async () => {
  const connect = {
    complete: async () => {
      throw new AppError('forbidden', `${SECRET} is connected already.`);
    },
  } as unknown as Connect;
  const callback = event('GET', '/oauth/linear/callback', {
    routeKey: 'GET /oauth/linear/callback',
    queryStringParameters: { code: SECRET, state: SECRET },
  });
  expect((await answer(oauth({ connect, publicUrl: 'https://api.example.com' }), callback)).statusCode).toBe(
    403,
  );
  expect(logged).toContain('"kind":"forbidden"');
  expect(logged).not.toContain(SECRET);
});

test('an unknown error is logged without the properties that a library added to it', async () => {
  const failing = async () => {
    throw Object.assign(new Error('refused'), { Item: { text: { S: SECRET } }, input: SECRET });
  };
  expect((await answer(failing, event('GET', '/'))).statusCode).toBe(500);
  expect(logged).toContain('"message":"refused"');
  expect(logged).not.toContain(SECRET);
});

test('when Confluence cannot be reached, the log has no header that the failure quotes', async () => {
  const quoting = new TypeError(`Headers.append: "Bearer ${SECRET}" is an invalid header value.`);
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(quoting);
  const confluence = confluenceApi({
    baseUrl: 'https://confluence.example',
    authorization: async () => `Bearer ${SECRET}`,
    now: Date.now,
  });
  const asking = async () => {
    await confluence.page('5');
    throw new Error('reached');
  };
  expect((await answer(asking, event('GET', '/'))).statusCode).toBe(502);
  expect(logged).toContain('"error":"TypeError"');
  expect(logged).not.toContain(SECRET);
});

test('when Linear refuses a request, the log has the code and the path, but no text that Linear quotes', async () => {
  const message = `Variable "$input" got invalid value "${SECRET}"`;
  const extensions = { type: 'invalid input', code: 'INPUT_ERROR', userPresentableMessage: SECRET };
  const body = JSON.stringify({ errors: [{ message, path: ['c0', 'body'], extensions }] });
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body, { status: 400 }));
  const client = linearClient({ apiUrl: 'https://linear.example', now: Date.now });
  const asking = async () => {
    const operation = { query: 'query { viewer { id } }', data: z.object({}) };
    await client.execute('token', operation, { input: SECRET });
    throw new Error('not refused');
  };
  expect((await answer(asking, event('GET', '/'))).statusCode).toBe(502);
  expect(logged).toContain('"code":"INPUT_ERROR"');
  expect(logged).toContain('"path":["c0","body"]');
  expect(logged).not.toContain(SECRET);
});
