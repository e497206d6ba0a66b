import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import type { Fault } from '../faults.ts';
import { ApiError, errorAnswer, scopeMismatch, unauthorized } from './errors.ts';
import { rateLimited } from './rate-answers.ts';

const html = (status: number): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: `<!DOCTYPE html><html><head><title>Confluence</title></head><body><h1>${status}</h1><p>Something went wrong. Log in to continue.</p></body></html>`,
});

const cut = (cutAfterMs: number): HttpResponse => ({ status: 0, headers: {}, body: '', cutAfterMs });

/**
 * Waits as long as the fault says. Returns its answer if it keeps the request from being carried out; undefined for the
 * other faults.
 */
export const faultBefore = async (
  confluence: Confluence,
  request: HttpRequest,
  fault: Fault,
): Promise<HttpResponse | undefined> => {
  await sleep(fault.delayMs);
  return refusalOf(confluence, request, fault);
};

const refusalOf = (confluence: Confluence, request: HttpRequest, fault: Fault): HttpResponse | undefined => {
  const { store, clock, switches } = confluence;
  const refuse = (error: ApiError) => errorAnswer(error, switches.values.errorStatusType);
  switch (fault.kind) {
    case '5xx':
      return refuse(new ApiError(fault.status, 'SERVICE_UNAVAILABLE', 'Service unavailable'));
    case 'timeout-before':
      return cut(fault.timeoutMs);
    case 'drop-connection':
      return cut(0);
    case 'rate-limit': {
      const { retryAfter, date } = fault;
      const resetAt = clock.now() + (retryAfter ?? 0) * 1000;
      const reason = 'confluence-burst-based' as const;
      const budget = { isExceeded: true, limit: 100, remaining: 0, resetAt, reason };
      return rateLimited(confluence, budget, { retryAfter, date });
    }
    case 'expired-token': {
      const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (store.get('AccessToken', token)) store.commit([{ delete: 'AccessToken', id: token }]);
      return refuse(unauthorized());
    }
    case 'scope':
      return refuse(scopeMismatch());
    case 'optimistic-lock':
      return refuse(
        new ApiError(
          409,
          'CONFLICT',
          'com.atlassian.confluence.api.service.exceptions.ConflictException: jakarta.persistence.OptimisticLockException: Batch update returned unexpected row count from update',
          { origin: 'v1' },
        ),
      );
    case 'html':
      return html(fault.status);
    case 'gone':
      return refuse(
        new ApiError(410, 'GONE', 'This deprecated endpoint has been removed.', { origin: 'v1' }),
      );
    default:
      return undefined;
  }
};

/** What a fault makes of the answer to a request that was carried out. */
export const faultAfter = (response: HttpResponse, fault: Fault): HttpResponse => {
  if (fault.kind === 'timeout-after') return { ...response, cutAfterMs: fault.timeoutMs };
  if (fault.kind !== 'truncated') return response;
  return { ...response, body: response.body.slice(0, Math.floor(response.body.length / 2)) };
};
