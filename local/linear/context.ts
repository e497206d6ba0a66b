import type { Clock } from './clock.ts';
import type { User } from './model.ts';
import type { Store } from './store.ts';
import type { Webhooks } from './webhooks.ts';

/** Who asks, and on whose behalf: every read and write of a request goes through one of these. */
export interface Caller {
  organizationId: string;
  user: User;
  /** What an OAuth token may do; null for a personal key, which may do all its owner may. */
  scope: string[] | null;
}

export interface Context extends Caller {
  store: Store;
  clock: Clock;
  webhooks: Webhooks;
  budgets: () => unknown;
}
