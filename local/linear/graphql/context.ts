import type { Clock } from '../../stand-in/clock.ts';
import type { Switches } from '../control/switches.ts';
import type { User } from '../store/model.ts';
import type { Store } from '../store/store.ts';
import type { View } from '../store/view.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** Who asks, and on whose behalf. */
export interface Caller {
  organizationId: string;
  user: User;
  /** The application whose token it is; null for a personal key. */
  applicationId: string | null;
  /** What an OAuth token may do; null for a personal key, which may do all its owner may. */
  scope: string[] | null;
}

export interface Context extends Caller {
  view: View;
  store: Store;
  clock: Clock;
  /** The time of the next mutation of the request. */
  nextTime: () => string;
  switches: Switches;
  webhooks: Webhooks;
  budgets: () => unknown;
  /** Whether a fault keeps a mutation from being carried out. */
  isUnsuccessful?: (field: string) => boolean;
}
