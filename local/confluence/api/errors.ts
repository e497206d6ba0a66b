import type { HttpResponse } from '../../stand-in/http.ts';
import { Refused } from '../store/content.ts';

/** Which part of Confluence refuses: each writes its errors in a shape of its own. */
type Origin = 'v2' | 'v1' | 'gateway';

/** An error answer of the API. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly origin: Origin;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    title: string,
    { origin = 'v2', headers = {} }: { origin?: Origin; headers?: Record<string, string> } = {},
  ) {
    super(title);
    this.status = status;
    this.code = code;
    this.origin = origin;
    this.headers = headers;
  }
}

export const invalid = (title: string): ApiError => new ApiError(400, 'INVALID_REQUEST_PARAMETER', title);

export const badRequest = (title: string): ApiError => new ApiError(400, 'BAD_REQUEST', title);

export const notFound = (title = 'Not Found'): ApiError => new ApiError(404, 'NOT_FOUND', title);

export const conflict = (title: string): ApiError => new ApiError(409, 'CONFLICT', title);

export const unauthorized = (): ApiError =>
  new ApiError(401, 'UNAUTHORIZED', 'Unauthorized', { origin: 'gateway' });

export const scopeMismatch = (): ApiError =>
  new ApiError(401, 'UNAUTHORIZED', 'Unauthorized; scope does not match', {
    origin: 'gateway',
    headers: { 'x-failure-category': 'FAILURE_CLIENT_SCOPE_CHECK' },
  });

const notImplementedText = (what: string) => `the local Confluence does not implement ${what}`;

/** What an empty answer would only pretend. */
export const notImplemented = (what: string, origin: Origin = 'v2'): ApiError =>
  new ApiError(501, 'NOT_IMPLEMENTED', notImplementedText(what), { origin });

/** A bad request in the words of v1, which has a Java class in each message. */
export const v1BadRequest = (message: string): ApiError =>
  new ApiError(
    400,
    'BAD_REQUEST',
    `com.atlassian.confluence.api.service.exceptions.BadRequestException: ${message}`,
    {
      origin: 'v1',
    },
  );

/** What a refused change of content answers in v2. */
export const ofRefused = ({ kind, message }: Refused): ApiError => {
  if (kind === 'not-found') return notFound();
  return kind === 'conflict' ? conflict(message) : badRequest(message);
};

export const errorAnswer = (error: unknown, statusType: 'number' | 'string'): HttpResponse => {
  if (error instanceof Refused) return errorAnswer(ofRefused(error), statusType);
  if (!(error instanceof ApiError)) throw error;
  const { status, headers } = error;
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(bodyOf(error, statusType)),
  };
};

const bodyOf = ({ status, code, message, origin }: ApiError, statusType: 'number' | 'string'): object => {
  switch (origin) {
    case 'v2':
      return {
        errors: [
          { status: statusType === 'string' ? String(status) : status, code, title: message, detail: null },
        ],
      };
    case 'v1':
      return {
        statusCode: status,
        data: { authorized: status !== 403, valid: status !== 400, errors: [], successful: false },
        message,
      };
    case 'gateway':
      return { code: status, message };
  }
};
