import type { Clock } from '../../stand-in/clock.ts';
import type { Caller } from '../store/caller.ts';
import type { Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import { View } from '../store/view.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { Budgets } from './budgets.ts';

/** What resolvers need to act for a caller. */
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

interface Services {
  store: Store;
  clock: Clock;
  switches: Switches;
  webhooks: Webhooks;
  budgets: Budgets;
}

export const contextOf = (
  { store, clock, switches, webhooks, budgets }: Services,
  caller: Caller,
): Context => ({
  ...caller,
  view: new View(store, caller.user, switches.values),
  store,
  clock,
  nextTime: successive(clock),
  switches,
  webhooks,
  budgets: () => budgets.status(caller, clock.now()),
});

/** The mutations of one request run one after another, so each gets a later time than the one before. */
const successive = (clock: Clock): (() => string) => {
  let last = 0;
  return () => {
    last = Math.max(clock.now(), last + 1);
    return new Date(last).toISOString();
  };
};
