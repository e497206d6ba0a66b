import { AppError } from '../../shared/errors.ts';
import { isSigned, readDelivery } from '../../shared/linear/webhook/delivery.ts';
import { type HttpEvent, type HttpResult, json, rawBody } from '../../shared/runtime/http.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { ReceiveDelivery } from '../../shared/use-cases/mirror/receive-delivery.ts';

const MAX_BODY_BYTES = 5 * 1024 * 1024;

type WebhookDeps = {
  /** `fresh` reads them anew, where that was not done lately. */
  secrets: (how?: { fresh: boolean }) => Promise<{ webhookSecrets: readonly string[] }>;
  receive: ReceiveDelivery;
  count: (metric: string) => void;
  now: () => number;
};

/**
 * Throws `unauthorized` where none of our secrets signed the body. After a mismatch they are read anew, so that a
 * rotation is seen by the delivery that needs it.
 */
const verify = async (body: Buffer, signature: string | undefined, secrets: WebhookDeps['secrets']) => {
  const known = await secrets();
  if (isSigned(body, signature, known.webhookSecrets)) return;
  // Where they cannot be read now, those that are known decide.
  const fresh = await secrets({ fresh: true }).catch(() => known);
  if (fresh !== known && isSigned(body, signature, fresh.webhookSecrets)) return;
  if (fresh.webhookSecrets.length === 0)
    logger.error('no webhook secret', { reason: 'The secret holds none that is not blank: fill one in.' });
  throw new AppError('unauthorized', 'The Linear-Signature header does not match this body and our secret.');
};

/** Linear's id of the delivery. No signature covers this header, so only what has the form of an id is logged. */
const deliveryIdOf = ({ headers }: HttpEvent): string | undefined =>
  /^[\w-]{1,64}$/.exec(headers['linear-delivery'] ?? '')?.[0];

/** `POST /webhooks/linear`. Whatever it cannot apply for an outage is a 5xx: Linear sends it again. */
export const webhook =
  ({ secrets, receive, count, now }: WebhookDeps) =>
  async (event: HttpEvent): Promise<HttpResult> => {
    const body = rawBody(event);
    if (body.length > MAX_BODY_BYTES) throw new AppError('too_large', 'A webhook body is 5 MiB at the most.');
    await verify(body, event.headers['linear-signature'], secrets);
    // Before anything can fail, so that a delivery that fails is found in the log.
    logger.appendKeys({ deliveryId: deliveryIdOf(event) });

    const delivery = readDelivery(body, now());
    if (delivery === 'unreadable') {
      count('WebhookUnreadable');
      logger.appendKeys({ outcome: 'unreadable' });
      return json(200, { outcome: 'unreadable' });
    }
    const { type, action, organizationId } = delivery;
    const outcome = await receive(delivery);
    // A retry could not mend it, and failures make Linear disable the webhook.
    if (outcome === 'unreadable') count('WebhookUnreadable');
    if (outcome === 'expired') count('WebhookExpired');
    logger.appendKeys({
      linearType: type,
      action,
      organizationId,
      outcome,
    });
    return json(200, { outcome });
  };
