import { AppError } from '../../shared/errors.ts';
import { isSigned, readDelivery } from '../../shared/linear/webhook/delivery.ts';
import { type HttpEvent, type HttpResult, json, rawBody } from '../../shared/runtime/http.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { ReceiveDelivery } from '../../shared/use-cases/mirror/receive-delivery.ts';

const MAX_BODY_BYTES = 5 * 1024 * 1024;

type WebhookDeps = {
  /** `fresh` reads them again, unless that was done recently. */
  secrets: (how?: { fresh: boolean }) => Promise<{ webhookSecrets: readonly string[] }>;
  receive: ReceiveDelivery;
  count: (metric: string) => void;
  now: () => number;
};

/**
 * Throws `unauthorized` if none of our secrets signed the body. After a mismatch the secrets are read again, so that
 * the first delivery after a rotation is accepted.
 */
const verify = async (body: Buffer, signature: string | undefined, secrets: WebhookDeps['secrets']) => {
  const known = await secrets();
  if (isSigned(body, signature, known.webhookSecrets)) return;
  // If they cannot be read now, the cached ones decide.
  const fresh = await secrets({ fresh: true }).catch(() => known);
  if (fresh !== known && isSigned(body, signature, fresh.webhookSecrets)) return;
  if (fresh.webhookSecrets.length === 0)
    logger.error('no webhook secret', {
      reason:
        'Every entry of `webhookSecrets` is blank, or there is none. Put in the signing secret of the webhook.',
    });
  throw new AppError('unauthorized', 'The Linear-Signature header does not match this body and our secret.');
};

/** Linear's id of the delivery. The signature does not cover this header, so it is logged only in the form of an id. */
const deliveryIdOf = ({ headers }: HttpEvent): string | undefined =>
  /^[\w-]{1,64}$/.exec(headers['linear-delivery'] ?? '')?.[0];

/**
 * `POST /webhooks/linear`. A delivery that an outage prevents from being applied answers 5xx, so Linear sends it again.
 */
export const webhook =
  ({ secrets, receive, count, now }: WebhookDeps) =>
  async (event: HttpEvent): Promise<HttpResult> => {
    const body = rawBody(event);
    if (body.length > MAX_BODY_BYTES)
      throw new AppError('too_large', 'A webhook body may have at most 5 MiB.');
    await verify(body, event.headers['linear-signature'], secrets);
    // Appended before anything can fail, so that a failed delivery can be found in the log.
    logger.appendKeys({ deliveryId: deliveryIdOf(event) });

    const delivery = readDelivery(body, now());
    if (delivery === 'unreadable') {
      count('WebhookUnreadable');
      logger.appendKeys({ outcome: 'unreadable' });
      return json(200, { outcome: 'unreadable' });
    }
    const { type, action, organizationId } = delivery;
    const outcome = await receive(delivery);
    // Answered 200: a retry would not help, and repeated failures make Linear disable the webhook.
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
