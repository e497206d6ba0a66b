import { type Clock, HOUR_MS } from '../stand-in/clock.ts';

const BURST_MS = 10_000;

interface Limits {
  per10Seconds: number | null;
  perHour: number | null;
}

/** What a caller has left, and when it gets more. */
export interface Budget {
  isExceeded: boolean;
  limit: number;
  remaining: number;
  resetAt: number;
  reason: 'confluence-burst-based' | 'confluence-quota-tenant-based';
}

/** The requests that each account may make in 10 seconds and in an hour. Null is no limit, as at the start. */
export class RateLimits {
  readonly #clock: Clock;
  #windows = new Map<string, { startedAt: number; count: number }>();
  #limits: Limits = { per10Seconds: null, perHour: null };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get limits(): Limits {
    return this.#limits;
  }

  set(limits: Limits): void {
    this.#limits = limits;
    this.#windows.clear();
  }

  clear(): void {
    this.set({ per10Seconds: null, perHour: null });
  }

  /** Counts a request. Returns the tightest budget of the account; undefined without limits. */
  spend(accountId: string): Budget | undefined {
    const { per10Seconds, perHour } = this.#limits;
    const budgets = [
      per10Seconds !== null && this.#count(accountId, BURST_MS, per10Seconds, 'confluence-burst-based'),
      perHour !== null && this.#count(accountId, HOUR_MS, perHour, 'confluence-quota-tenant-based'),
    ].filter((budget) => budget !== false);
    return budgets.find((budget) => budget.isExceeded) ?? budgets[0];
  }

  #count(accountId: string, windowMs: number, limit: number, reason: Budget['reason']): Budget {
    const key = `${windowMs} ${accountId}`;
    const now = this.#clock.now();
    let window = this.#windows.get(key);
    if (!window || window.startedAt + windowMs <= now) {
      window = { startedAt: now, count: 0 };
      this.#windows.set(key, window);
    }
    window.count += 1;
    return {
      isExceeded: window.count > limit,
      limit,
      remaining: Math.max(0, limit - window.count),
      resetAt: window.startedAt + windowMs,
      reason,
    };
  }
}
