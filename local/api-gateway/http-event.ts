import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCOUNT } from '../aws/template.ts';
import type { Authorized } from './authorizer.ts';

export type Matched = { routeKey: string; pathParameters: Record<string, string> };
export type EventInput = Matched & {
  apiId: string;
  requestId: string;
  now: number;
  body: Buffer;
  authorized: Authorized | undefined;
};

const TEXT = /^(text\/|application\/(json|xml|javascript|[\w.-]+\+(json|xml))\b)/i;

/** `new URL` cannot do this: it reads "//x" as a host and resolves dots. */
export const splitUrl = ({ url = '/' }: IncomingMessage) => {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
};

/** The event that API Gateway passes to a function: payload format 2.0. */
export const toEvent = (request: IncomingMessage, input: EventInput) => {
  const { routeKey, pathParameters, apiId, requestId, now, body, authorized } = input;
  const { path, query } = splitUrl(request);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : String(value),
    ]),
  );
  const parameters = new URLSearchParams(query);
  const names = [...new Set(parameters.keys())];
  const isBase64Encoded = body.length > 0 && !TEXT.test(headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split(/; */) }),
    headers: { ...headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    ...(names.length > 0 && {
      queryStringParameters: Object.fromEntries(
        names.map((name) => [name, parameters.getAll(name).join(',')]),
      ),
    }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId,
      ...(authorized && { authorizer: { jwt: authorized } }),
      domainName: headers.host ?? '127.0.0.1',
      domainPrefix: apiId,
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
};

type StructuredResult = {
  statusCode: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};

/** Writes a function's result as API Gateway does. A result without `statusCode` is the body of a 200. */
export const writeResult = (response: ServerResponse, result: unknown) => {
  if (!isStructured(result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  if (result.cookies?.length) response.setHeader('set-cookie', result.cookies);
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain;charset=UTF-8');
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length === 0) response.removeHeader('content-type');
  return response.writeHead(result.statusCode).end(body);
};

const isStructured = (result: unknown): result is StructuredResult =>
  typeof result === 'object' && result !== null && Number.isInteger((result as StructuredResult).statusCode);
