import type { HttpResponse } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import type { Budget } from '../rate-limits.ts';

/** The headers that tell what a caller has left. */
export const rateHeaders = ({ switches }: Confluence, budget: Budget): Record<string, string> => {
  const { rateHeaders: form } = switches.values;
  if (form === 'absent') return {};
  const { limit, remaining, resetAt } = budget;
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': form === 'iso' ? new Date(resetAt).toISOString() : String(Math.ceil(resetAt / 1000)),
    ...(remaining * 5 < limit && { 'x-ratelimit-nearlimit': 'true' }),
  };
};

/** A 429. The wait is in seconds, or the date of its end; without one if `retryAfter` is null. */
export const rateLimited = (
  confluence: Confluence,
  budget: Budget,
  { retryAfter, date = false }: { retryAfter?: number | null; date?: boolean } = {},
): HttpResponse => {
  const seconds =
    retryAfter === undefined ? Math.ceil((budget.resetAt - confluence.clock.now()) / 1000) : retryAfter;
  return {
    status: 429,
    headers: {
      'content-type': 'application/json',
      'ratelimit-reason': budget.reason,
      ...rateHeaders(confluence, budget),
      ...(seconds !== null && {
        'retry-after': date ? new Date(budget.resetAt).toUTCString() : String(seconds),
      }),
    },
    body: JSON.stringify({ code: 429, message: 'Rate limit exceeded' }),
  };
};
