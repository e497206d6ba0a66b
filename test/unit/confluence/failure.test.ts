import { expect, test } from 'vitest';
import { failureOf } from '../../../shared/confluence/failure.ts';
import { pauseUntil } from '../../../shared/confluence/retry-after.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const failure = (status: number, body?: unknown, headers: Record<string, string> = {}) =>
  failureOf({ status, headers: new Headers(headers) }, body, NOW);

const v2 = (status: number | string, code: string, title: string) => ({
  errors: [{ status, code, title, detail: null }],
});

test('a scope mismatch is known by its header, and without it by its words', () => {
  const body = { code: 401, message: 'Unauthorized; scope does not match' };
  expect(failure(401, body, { 'x-failure-category': 'FAILURE_CLIENT_SCOPE_CHECK' })).toEqual({ is: 'scope' });
  expect(failure(401, body)).toEqual({ is: 'scope' });
  expect(failure(403, {}, { 'x-failure-category': 'FAILURE_CLIENT_SCOPE_CHECK' })).toEqual({ is: 'scope' });
  expect(failure(401, { code: 401, message: 'Unauthorized' })).toEqual({ is: 'unauthorized' });
});

test('a 401 without JSON, as of the edge, is a refused credential', () => {
  expect(failure(401)).toEqual({ is: 'unauthorized' });
});

test('a 404 means that there is no such thing only if Confluence itself says so', () => {
  expect(failure(404, v2(404, 'NOT_FOUND', 'Not Found'))).toEqual({ is: 'not_found' });
  expect(failure(404, { statusCode: 404, message: 'No content found' })).toEqual({ is: 'not_found' });
  expect(failure(404, { code: 404, message: 'No route' })).toEqual({ is: 'no_site' });
  expect(failure(404)).toEqual({ is: 'no_site' });
});

test.each([409, '409'])('a conflict names the current version, with its status as %j', (status) => {
  const title =
    'Version must be incremented when updating a page. Current Version: [3]. Provided version: [3]';
  expect(failure(409, v2(status, 'CONFLICT', title))).toEqual({
    is: 'conflict',
    message: title,
    currentVersion: 3,
  });
});

test('a conflict of the older service names none', () => {
  const body = { statusCode: 409, data: { errors: [] }, message: 'OptimisticLockException' };
  expect(failure(409, body)).toMatchObject({ is: 'conflict', currentVersion: undefined });
});

test('a refusal for good carries the words of Confluence, in either form', () => {
  const taken = v2(400, 'BAD_REQUEST', 'A page with this title already exists');
  expect(failure(400, taken)).toEqual({ is: 'refused', message: 'A page with this title already exists' });
  expect(failure(400, { statusCode: 400, message: 'BadRequestException: cql' })).toMatchObject({
    is: 'refused',
    message: 'BadRequestException: cql',
  });
  expect(failure(413)).toEqual({ is: 'refused', message: 'HTTP 413' });
});

test('a redirect is refused and not followed', () => {
  expect(failure(302)).toMatchObject({ is: 'refused', message: expect.stringContaining('redirect') });
});

test.each([500, 502, 503, 504, 408])('%i is an outage', (status) => {
  expect(failure(status)).toEqual({ is: 'unavailable' });
});

test('a 503 that says when to come back is a pause', () => {
  expect(failure(503, undefined, { 'retry-after': '30' })).toMatchObject({ is: 'rate_limited' });
});

test.each<[string, Record<string, string>, number]>([
  ['seconds', { 'retry-after': '30' }, 30_000],
  ['no seconds', { 'retry-after': '0' }, 0],
  ['a date', { 'retry-after': 'Sat, 28 Nov 2026 12:02:00 GMT' }, 120_000],
  ['the time of the reset', { 'x-ratelimit-reset': '2026-11-28T12:00:45Z' }, 45_000],
  ['the time of the reset in epoch seconds', { 'x-ratelimit-reset': String(NOW / 1_000 + 50) }, 50_000],
  ['the time of the reset in epoch milliseconds', { 'x-ratelimit-reset': String(NOW + 50_000) }, 50_000],
  [
    'the header that is about this refusal',
    { 'retry-after': '5', 'x-ratelimit-reset': '2026-11-28T12:30:00Z' },
    5_000,
  ],
  ['a minute, if none is named', {}, 60_000],
  ['a minute, if the time is past', { 'x-ratelimit-reset': '2026-11-28T11:00:00Z' }, 60_000],
  ['a minute, if it is no time', { 'retry-after': 'soon' }, 60_000],
  ['a minute, if it is negative', { 'retry-after': '-5' }, 60_000],
  ['an hour at the most', { 'retry-after': '86400' }, 3_600_000],
])('a rate limit lasts for %s', (_, headers, ms) => {
  expect(pauseUntil(new Headers(headers), NOW, 0)).toBe(NOW + ms);
});
