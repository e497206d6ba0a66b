import * as z from 'zod/mini';
import type { ConfluenceFailure } from './errors.ts';
import { pauseUntil } from './retry-after.ts';

const code = z.optional(z.union([z.string(), z.number()]));
const words = z.optional(z.nullable(z.string()));

/** The three forms of an error. A status decides nothing about the form, so the form is tried. */
const V2 = z.object({
  errors: z.array(z.object({ code, title: words, detail: words })).check(z.minLength(1)),
});
const V1 = z.object({ statusCode: z.number(), message: words });
const Gateway = z.object({ code, message: z.string() });

type Refusal = {
  from: 'service' | 'gateway' | 'edge';
  code?: string | number | undefined;
  message?: string;
};

const refusalOf = (body: unknown): Refusal => {
  const v2 = V2.safeParse(body);
  if (v2.success) {
    const [first] = v2.data.errors;
    const message = [first?.title, first?.detail].filter(Boolean).join(': ');
    return { from: 'service', code: first?.code, message };
  }
  const v1 = V1.safeParse(body);
  if (v1.success) return { from: 'service', code: v1.data.statusCode, message: v1.data.message ?? '' };
  const gateway = Gateway.safeParse(body);
  return gateway.success ? { from: 'gateway', ...gateway.data } : { from: 'edge' };
};

const SCOPE_MISMATCH = /scope does not match/i;
const CURRENT_VERSION = /Current Version:\s*\[(\d{1,15})\]/;
/** Statuses below 500 after which the same request may succeed: time-out, too early. */
const TRANSIENT = [408, 425];

/**
 * What an answer that is no success means. Its text is not read beyond `message`, which is for people: the words of
 * an edge's HTML page would be of use to nobody.
 */
export const failureOf = (
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: unknown,
  now: number,
): ConfluenceFailure => {
  const { from, message = '' } = refusalOf(body);
  if (headers.get('x-failure-category') === 'FAILURE_CLIENT_SCOPE_CHECK') return { is: 'scope' };
  if (status === 401) return { is: SCOPE_MISMATCH.test(message) ? 'scope' : 'unauthorized' };
  if (status === 429 || (status === 503 && headers.has('retry-after')))
    return { is: 'rate_limited', until: pauseUntil(headers, now) };
  if (status >= 500 || TRANSIENT.includes(status)) return { is: 'unavailable' };
  if (status === 403) return { is: 'forbidden' };
  // The service answers 404 in its own form. Without that, the request never reached it.
  if (status === 404) return { is: from === 'service' ? 'not_found' : 'no_site' };
  if (status === 409) {
    const current = CURRENT_VERSION.exec(message)?.[1];
    return { is: 'conflict', message, currentVersion: current === undefined ? undefined : Number(current) };
  }
  if (status >= 300 && status < 400)
    return {
      is: 'refused',
      message: 'The site redirects to another address, and redirects are not followed.',
    };
  return { is: 'refused', message: message || `HTTP ${status}` };
};
