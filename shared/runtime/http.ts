import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { isSubject, SUBJECT_RULE } from '../domain/workspaces/subject.ts';
import { AppError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { logger } from './logger.ts';

/** API Gateway's payload format 2.0. `authorizer` is present on routes with a scope. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { jwt?: { claims: Record<string, unknown> } } };
};
export type HttpResult = APIGatewayProxyStructuredResultV2;

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Lambda sends no more in one answer, in which the body is a JSON string. The rest is for the headers. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 10_000;

/** The answer, unless it is too large to be sent: Lambda would make that a 500. */
const sendable = (result: HttpResult): HttpResult => {
  const { body = '' } = result;
  // A character takes up to six bytes.
  const isLarge =
    body.length * 6 > MAX_ANSWER_BYTES && Buffer.byteLength(JSON.stringify(body)) > MAX_ANSWER_BYTES;
  if (!isLarge) return result;
  throw new AppError(
    'too_large',
    'The answer would be larger than 6 MB. Ask for less: for pages of a list, or single items.',
  );
};

export const json = (statusCode: number, body: unknown): HttpResult =>
  sendable({
    statusCode,
    headers: { ...SECURITY_HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Text for people, as Markdown. */
export const markdown = (statusCode: number, body: string): HttpResult =>
  sendable({
    statusCode,
    headers: { ...SECURITY_HEADERS, 'content-type': 'text/markdown; charset=utf-8' },
    body,
  });

/** Whether the caller asks for this media type by its name. */
export const accepts = ({ headers }: HttpEvent, mediaType: string): boolean =>
  (headers.accept ?? '').split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === mediaType);

export const noContent = (): HttpResult => ({ statusCode: 204, headers: SECURITY_HEADERS });

/** An HTML page. Its policy allows no scripts and no external resources. */
export const html = (statusCode: number, body: string): HttpResult => ({
  statusCode,
  headers: {
    ...SECURITY_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  },
  body,
});

/** The body as it was sent, which is what a signature covers. */
export const rawBody = ({ body, isBase64Encoded }: HttpEvent): Buffer =>
  Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');

/** Far above the largest report: four texts of up to 20,000 characters. */
const MAX_JSON_BYTES = 500_000;

/** The JSON body of a request. Throws 413 if it is too large, 415 for another media type, 400 if it is not JSON. */
export const jsonBody = (event: HttpEvent): unknown => {
  const mediaType = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    throw new AppError('unsupported_media', 'The body has to be sent as `content-type: application/json`.');
  const bytes = rawBody(event);
  if (bytes.length > MAX_JSON_BYTES)
    throw new AppError('too_large', `The body is larger than ${MAX_JSON_BYTES} bytes.`);
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    throw new AppError('invalid_input', 'The body is not JSON.');
  }
};

/** The caller: the subject of the token that API Gateway verified. */
export const caller = (event: HttpEvent): string => {
  const sub = event.requestContext.authorizer?.jwt?.claims.sub;
  if (typeof sub !== 'string' || sub === '')
    throw new AppError('unauthorized', 'The token names no subject.');
  if (!isSubject(sub)) throw new AppError('invalid_input', `The token's \`sub\` is refused. ${SUBJECT_RULE}`);
  return sub;
};

/** A problem answer (RFC 9457). An unknown failure is opaque; the log has it under the same request id. */
const problem = (error: unknown, requestId: string): HttpResult => {
  const known = error instanceof AppError ? error : undefined;
  const body = {
    type: 'about:blank',
    title: known?.title ?? 'Internal server error',
    status: known?.status ?? 500,
    detail:
      known?.message ??
      'Something failed on our side. Try again. If it keeps failing, give the operator the requestId.',
    requestId,
    ...(known && known.fields.length > 0 ? { errors: known.fields } : {}),
  };
  const result = json(body.status, body);
  return { ...result, headers: { ...result.headers, 'content-type': 'application/problem+json' } };
};

/** Wraps an HTTP handler: one log line for each request, and every failure as a problem answer. */
export const httpHandler = (handle: (event: HttpEvent) => Promise<HttpResult>) =>
  middy<HttpEvent, HttpResult, Error, Context>()
    .use({
      before: ({ event, context }) => {
        logger.resetKeys();
        logger.appendKeys({ requestId: context.awsRequestId, route: event.routeKey });
      },
      after: ({ response }) => {
        logger.info('request', { status: response?.statusCode });
      },
      onError: (request) => {
        const { error, context } = request;
        const known = error instanceof AppError ? error : undefined;
        // The message may repeat what the caller sent, so it must not be logged.
        if (known) logger.warn('request', { status: known.status, kind: known.kind, detail: known.detail });
        else logger.error('request', { status: 500, error: error as Error });
        request.response = problem(error, context.awsRequestId);
      },
    })
    .handler(handle);
