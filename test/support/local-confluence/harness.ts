import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startConfluence } from '../../../local/confluence/server.ts';

/** Pages of the seed. */
export const PLAN_PAGE = '4096001';
export const TINY_PAGE = '4096098';
export const TASK_PAGE = '4096020';
export const HUGE_ID = '9007199254740993';
export const PLAN_SPACE = '294916';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says of each answer what it expects of it.
  body: any;
}

export const basic = (email: string, token: string): string =>
  `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;

/** A local Confluence on a free port, and helpers to ask it as its first service account. */
export const startHarness = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-confluence-'));
  const confluence = await startConfluence({ port: 0, dataDir });
  const { credentials, url, gatewayUrl } = confluence;

  const send = async (target: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(target, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    let body: unknown;
    try {
      body = isJson ? JSON.parse(text) : undefined;
    } catch {
      body = undefined;
    }
    return { status: response.status, headers: response.headers, text, body };
  };
  const sendJson = (target: string, method: string, body: unknown, headers: Record<string, string> = {}) =>
    send(target, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const newToken = async (of: { clientId: string; clientSecret: string } = credentials): Promise<string> => {
    const answer = await sendJson(`${url}/oauth/token`, 'POST', {
      grant_type: 'client_credentials',
      client_id: of.clientId,
      client_secret: of.clientSecret,
    });
    expect(answer.status).toBe(200);
    return answer.body.access_token;
  };
  let token = await newToken();

  const api = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    sendJson(`${gatewayUrl}/wiki${path}`, method, body, { authorization: `Bearer ${token}`, ...headers });
  const get = (path: string, headers: Record<string, string> = {}) => api('GET', path, undefined, headers);
  const local = async (path: string, body: unknown = {}) => {
    const answer = await sendJson(`${url}/_local/${path}`, 'POST', body);
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };

  /** The page as it is, with its body. */
  const page = async (id: string) => (await get(`/api/v2/pages/${id}?body-format=storage`)).body;
  const storageOf = async (id: string): Promise<string> => (await page(id)).body.storage.value;

  /** Updates a page as a client does that has just read it. `change` replaces fields of the request. */
  const put = async (id: string, change: Record<string, unknown> = {}) => {
    const { title, version, body } = await page(id);
    return api('PUT', `/api/v2/pages/${id}`, {
      id,
      status: 'current',
      title,
      body: { representation: 'storage', value: body.storage.value },
      version: { number: version.number + 1 },
      ...change,
    });
  };

  return {
    confluence,
    send,
    sendJson,
    newToken,
    token: () => token,
    api,
    get,
    local,
    page,
    storageOf,
    put,
    storage: (value: string) => ({ body: { representation: 'storage', value } }),
    /** The ids of all pages of results of a list. */
    all: async (path: string): Promise<string[]> => {
      const ids: string[] = [];
      for (let next: string | undefined = path; next; ) {
        const { status, text, body }: Answer = await get(next);
        expect(status, text).toBe(200);
        ids.push(...body.results.map(({ id }: { id: string }) => id));
        next = body._links.next?.replace('/wiki', '');
      }
      return ids;
    },
    switchTo: (changes: Record<string, unknown>) => local('switches', changes),
    advance: (advanceMs: number) => local('clock', { advanceMs }),
    fault: (kind: string, more: Record<string, unknown> = {}) => local('faults', { kind, ...more }),
    requests: async () => (await send(`${url}/_local/requests`)).body.requests,
    reset: async () => {
      await local('reset');
      token = await newToken();
    },
    close: async () => {
      await confluence.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

export type Harness = Awaited<ReturnType<typeof startHarness>>;
