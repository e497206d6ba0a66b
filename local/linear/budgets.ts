import { HOUR_MS } from './clock.ts';
import type { Caller } from './context.ts';
import { type LinearError, rateLimited, tooComplex } from './errors.ts';

interface Bucket {
  remaining: number;
  at: number;
}
type BudgetKind = 'requests' | 'complexity';

const MAX_QUERY_COMPLEXITY = 10_000;

/** Linear's budgets per user: leaky buckets that refill evenly over an hour. */
export class Budgets {
  #buckets = new Map<string, Bucket>();

  /** Takes one request and its complexity, or tells what is used up. */
  spend(caller: Caller, complexity: number, nowMs: number): LinearError | undefined {
    if (complexity > MAX_QUERY_COMPLEXITY) {
      return tooComplex(complexity, MAX_QUERY_COMPLEXITY);
    }
    for (const [kind, amount] of [
      ['requests', 1],
      ['complexity', complexity],
    ] as const) {
      const bucket = this.#bucket(caller, kind, nowMs);
      if (bucket.remaining < amount) {
        const unit = kind === 'requests' ? 'requests' : 'points of complexity';
        return rateLimited(
          `Rate limit exceeded. Only ${limits(caller)[kind]} ${unit} are allowed per 1 hour.`,
        );
      }
      bucket.remaining -= amount;
    }
    return undefined;
  }

  headers(caller: Caller, complexity: number, nowMs: number): Record<string, string> {
    const of = (kind: BudgetKind) => this.#state(caller, kind, nowMs);
    const [requests, points] = [of('requests'), of('complexity')];
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
        return {
          type,
          requestedAmount: 0,
          allowedAmount: limit,
          remainingAmount: remaining,
          period: HOUR_MS,
          reset,
        };
      }),
    };
  }

  clear(): void {
    this.#buckets.clear();
  }

  #state(caller: Caller, kind: BudgetKind, nowMs: number) {
    const limit = limits(caller)[kind];
    const remaining = Math.floor(this.#bucket(caller, kind, nowMs).remaining);
    return { limit, remaining, reset: nowMs + Math.ceil(((limit - remaining) / limit) * HOUR_MS) };
  }

  #bucket(caller: Caller, kind: BudgetKind, nowMs: number): Bucket {
    const key = `${caller.user.id} ${kind}`;
    const limit = limits(caller)[kind];
    const bucket = this.#buckets.get(key) ?? { remaining: limit, at: nowMs };
    const refilled = bucket.remaining + ((nowMs - bucket.at) / HOUR_MS) * limit;
    Object.assign(bucket, { remaining: Math.min(limit, refilled), at: nowMs });
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

const limits = ({ scope }: Caller): Record<BudgetKind, number> =>
  scope ? { requests: 5000, complexity: 2_000_000 } : { requests: 2500, complexity: 3_000_000 };
