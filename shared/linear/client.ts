import * as z from 'zod/mini';
import { shortened } from '../fitting.ts';
import { jsonOrNothing } from '../json.ts';
import { LinearError, type LinearFailure } from './errors.ts';

const TIMEOUT_MS = 10_000;
const HOUR_MS = 3_600_000;

/** One error of Linear's answer. `type` decides; `code` is less stable. */
const LinearErrorEntry = z.object({
  message: z._default(z.string(), ''),
  path: z.optional(z.array(z.union([z.string(), z.number()]))),
  extensions: z.optional(z.looseObject({ type: z.optional(z.string()), code: z.optional(z.string()) })),
});
type LinearErrorEntry = z.output<typeof LinearErrorEntry>;

export const Envelope = z.object({
  data: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  errors: z.optional(z.array(LinearErrorEntry)),
});

const RETRYABLE = new Set([
  'internal error',
  'network error',
  'lock timeout',
  'bootstrap error',
  'unknown',
  'other',
]);

/**
 * GraphQL's words for a relation to an issue that the app cannot see, should Linear not find better ones. The same
 * request would fail again.
 */
const IS_HIDDEN = /^Cannot return null for non-nullable field IssueRelation\./;

export const MOST_LOGGED = 10;
const LONGEST_LOGGED = 200;
/** A path in an answer, cut to a length that suits a log line. */
const logged = (path: readonly PropertyKey[]): string[] =>
  path.slice(0, MOST_LOGGED).map((part) => shortened(String(part), LONGEST_LOGGED));
/** The part of an error that may be logged. Its messages quote what was sent, such as a comment's text. */
export const withoutTexts = ({ path, extensions }: LinearErrorEntry) => ({
  path: path && logged(path),
  type: extensions?.type && shortened(extensions.type, LONGEST_LOGGED),
  code: extensions?.code && shortened(extensions.code, LONGEST_LOGGED),
});

/** Until when to wait: the latest reset of the exhausted budgets, at most an hour; a minute if none is given. */
const pauseUntil = (headers: Headers, now: number): number => {
  const resets = ['requests', 'complexity', 'endpoint-requests']
    .filter((budget) => headers.get(`x-ratelimit-${budget}-remaining`) === '0')
    .map((budget) => Number(headers.get(`x-ratelimit-${budget}-reset`)))
    .filter((reset) => reset > now);
  const until = resets.length > 0 ? Math.max(...resets) : now + 60_000;
  return Math.min(until, now + HOUR_MS) + Math.random() * 5_000;
};

/** The body decides before the status does, because rate limits come with status 400 and with 200. */
export const failureOf = (
  response: Response,
  errors: readonly LinearErrorEntry[] | undefined,
  now: number,
): LinearFailure => {
  const types = (errors ?? []).map(({ extensions }) => extensions?.type?.toLowerCase() ?? '');
  const codes = (errors ?? []).map(({ extensions }) => extensions?.code ?? '');
  if (types.includes('ratelimited') || codes.includes('RATELIMITED') || response.status === 429)
    return { is: 'rate_limited', until: pauseUntil(response.headers, now) };
  if (types.includes('authentication error') || response.status === 401) return { is: 'unauthorized' };
  const [first] = errors ?? [];
  const isTransient = response.status >= 500 || RETRYABLE.has(types[0] ?? '');
  if (!first || (isTransient && !IS_HIDDEN.test(first.message))) return { is: 'unavailable' };
  return {
    is: 'refused',
    message: shortened(first.message),
    path: first.path?.[0] === undefined ? undefined : String(first.path[0]),
  };
};

/**
 * Linear's GraphQL API over `fetch`. `execute` returns `data`. It throws `LinearError` for anything else, including
 * an answer with `errors`.
 */
export const linearClient = ({ apiUrl, now }: { apiUrl: string; now: () => number }) => ({
  async execute<S extends z.core.$ZodType>(
    accessToken: string,
    operation: { query: string; data: S },
    variables: Record<string, unknown>,
  ): Promise<z.core.output<S>> {
    const response = await fetch(new URL('/graphql', apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ query: operation.query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new LinearError({ is: 'unavailable' }, { cause: String(cause) });
    });
    const text = await response.text().catch(() => '');
    const envelope = Envelope.safeParse(jsonOrNothing(text));
    const { data, errors } = envelope.success ? envelope.data : {};
    if (!data || errors || !response.ok)
      throw new LinearError(failureOf(response, errors, now()), {
        status: response.status,
        errors: errors?.slice(0, MOST_LOGGED).map(withoutTexts),
      });
    const parsed = z.safeParse(operation.data, data);
    if (!parsed.success) {
      const unexpected = parsed.error.issues
        .slice(0, MOST_LOGGED)
        .map(({ code, path }) => ({ code, path: logged(path) }));
      throw new LinearError({ is: 'unavailable' }, { unexpected });
    }
    return parsed.data;
  },
});

export type LinearClient = ReturnType<typeof linearClient>;
