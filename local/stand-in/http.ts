import type { IncomingMessage } from 'node:http';

export interface HttpRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Sends no answer, and cuts the connection after this time. */
  cutAfterMs?: number;
}

/** A request that is refused before it reaches a route. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

export const readRequest = async (incoming: IncomingMessage): Promise<HttpRequest> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest of a large body is read and dropped, because a client would miss an answer during its upload.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new BadRequest(`the body is larger than ${MAX_BODY_BYTES} bytes`, 413);
  const url = `http://127.0.0.1${incoming.url ?? '/'}`;
  if (!URL.canParse(url)) throw new BadRequest('the path is not valid');
  return {
    method: incoming.method ?? 'GET',
    url: new URL(url),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
};

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

/** The headers forbid pages to load or run anything, in case markup gets into one unescaped. */
export const html = (status: number, body: string): HttpResponse => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  },
  body,
});

export const redirect = (location: string, status: 302 | 303 = 302): HttpResponse => ({
  status,
  headers: { location },
  body: '',
});
