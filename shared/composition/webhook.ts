import type { Now } from '../domain/clock.ts';
import { receiveDelivery } from '../use-cases/mirror/receive-delivery.ts';
import { mirror } from './mirror.ts';
import type { MirrorStores } from './mirror-stores.ts';

/** What the webhook does with a delivery. Linear waits for its cold start, so it imports nothing else. */
export const webhookUseCases = (outside: MirrorStores & { now: Now }) => ({
  receive: receiveDelivery({ ...outside, ...mirror(outside) }),
});
