import { HOUR_MS } from '../../stand-in/clock.ts';
import type { Caller } from '../store/caller.ts';
import type { Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import { type LinearError, rateLimited, tooComplex } from './errors.ts';

interface Bucket {
  remaining: number;
  at: number;
}
export interface Limits {
  requests: number;
  complexity: number;
}
export type LimitHolder = 'applications' | 'keys';
type BudgetKind = keyof Limits;

const MAX_QUERY_COMPLEXITY = 10_000;
const ANONYMOUS: Limits = { requests: 600, complexity: 100_000 };
const APPLICATION: Limits = { requests: 5000, complexity: 2_000_000 };
const API_KEY: Limits = { requests: 2500, complexity: 3_000_000 };

const units: Record<BudgetKind, string> = { requests: 'requests', complexity: 'points of complexity' };

/** Linear's rate limits per user: leaky buckets that refill evenly over an hour. */
export class Budgets {
  readonly #store: Store;
  readonly #switches: Switches;
  #buckets = new Map<string, Bucket>();

  constructor(store: Store, switches: Switches) {
    this.#store = store;
    this.#switches = switches;
  }

  /** Spends one request and its complexity, or returns the error that says which limit is exceeded. */
  spend(caller: Caller, complexity: number, nowMs: number): LinearError | undefined {
    if (complexity > MAX_QUERY_COMPLEXITY) {
      return tooComplex(complexity, MAX_QUERY_COMPLEXITY);
    }
    return this.#spend(ownerOf(caller), this.limits(caller), { requests: 1, complexity }, nowMs);
  }

  /** Spends one request without authorization. Linear counts these by address, and here all have the same one. */
  spendAnonymous(nowMs: number): LinearError | undefined {
    return this.#spend('127.0.0.1', ANONYMOUS, { requests: 1, complexity: 0 }, nowMs);
  }

  headers(caller: Caller, complexity: number, nowMs: number): Record<string, string> {
    const [requests, points] = [
      this.#state(caller, 'requests', nowMs),
      this.#state(caller, 'complexity', nowMs),
    ];
    return {
      'x-complexity': String(complexity),
      'x-ratelimit-requests-limit': String(requests.limit),
      'x-ratelimit-requests-remaining': String(requests.remaining),
      'x-ratelimit-requests-reset': String(requests.reset),
      'x-ratelimit-complexity-limit': String(points.limit),
      'x-ratelimit-complexity-remaining': String(points.remaining),
      'x-ratelimit-complexity-reset': String(points.reset),
    };
  }

  /** The answer to `rateLimitStatus`. */
  status(caller: Caller, nowMs: number) {
    return {
      identifier: caller.user.id,
      kind: caller.scope ? 'oauth' : 'apiKey',
      limits: (['requests', 'complexity'] as const).map((type) => {
        const { limit, remaining, reset } = this.#state(caller, type, nowMs);
        const amounts = { requestedAmount: 0, allowedAmount: limit, remainingAmount: remaining };
        return { type, ...amounts, period: HOUR_MS, reset };
      }),
    };
  }

  /** What a caller may spend per hour. */
  limits({ organizationId, scope }: Pick<Caller, 'organizationId' | 'scope'>): Limits {
    const [holder, documented] = scope
      ? (['applications', APPLICATION] as const)
      : (['keys', API_KEY] as const);
    const own = this.#store.get('Setting', `limits ${organizationId} ${holder}`)?.value;
    return { ...documented, ...(own as Partial<Limits> | undefined) };
  }

  /** Sets limits for an organization's applications or personal keys, and fills all buckets. */
  setLimits(organizationId: string, holder: LimitHolder, limits: Partial<Limits>): void {
    this.#store.set('Setting', { id: `limits ${organizationId} ${holder}`, value: limits });
    this.clear();
  }

  clear(): void {
    this.#buckets.clear();
  }

  #spend(owner: string, limits: Limits, amounts: Limits, nowMs: number): LinearError | undefined {
    for (const kind of ['requests', 'complexity'] as const) {
      const bucket = this.#bucket(owner, kind, limits[kind], nowMs);
      if (bucket.remaining < amounts[kind]) {
        const message = `Rate limit exceeded. Only ${limits[kind]} ${units[kind]} are allowed per 1 hour.`;
        return rateLimited(message, this.#switches.values.rateLimitStatus);
      }
      bucket.remaining -= amounts[kind];
    }
    return undefined;
  }

  #state(caller: Caller, kind: BudgetKind, nowMs: number) {
    const limit = this.limits(caller)[kind];
    const remaining = Math.floor(this.#bucket(ownerOf(caller), kind, limit, nowMs).remaining);
    return { limit, remaining, reset: nowMs + Math.ceil(((limit - remaining) / limit) * HOUR_MS) };
  }

  #bucket(owner: string, kind: BudgetKind, limit: number, nowMs: number): Bucket {
    const key = `${owner} ${kind}`;
    const bucket = this.#buckets.get(key) ?? { remaining: limit, at: nowMs };
    const refilled = bucket.remaining + ((nowMs - bucket.at) / HOUR_MS) * limit;
    Object.assign(bucket, { remaining: Math.min(limit, refilled), at: nowMs });
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** All personal keys of a user share a bucket; each application has its own. */
const ownerOf = ({ user, applicationId }: Caller): string => `${user.id} ${applicationId ?? 'key'}`;
