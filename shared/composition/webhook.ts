import type { Now } from '../domain/clock.ts';
import { receiveDelivery } from '../use-cases/mirror/receive-delivery.ts';
import { kick } from '../use-cases/schedule/kick.ts';
import { mirror } from './mirror.ts';
import type { WebhookStores } from './mirror-stores.ts';

type Outside = WebhookStores & { invokeWork: Parameters<typeof kick>[0]['start']; now: Now };

/** What the webhook does with a delivery. Linear waits for its cold start, so it imports nothing else. */
export const webhookUseCases = (outside: Outside) => ({
  receive: receiveDelivery({
    ...outside,
    ...mirror(outside),
    startWork: kick({ start: outside.invokeWork, now: outside.now }),
  }),
});
