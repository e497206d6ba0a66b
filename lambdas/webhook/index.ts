import { database } from '../../shared/composition/database.ts';
import { webhookStores } from '../../shared/composition/mirror-stores.ts';
import { webhookUseCases } from '../../shared/composition/webhook.ts';
import { LinearWebhookSecret } from '../../shared/linear/secrets.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { secret } from '../../shared/runtime/secrets.ts';
import { signedStarter } from '../../shared/runtime/signed-invoke.ts';
import { WebhookEnv } from './env.ts';
import { webhook } from './handler.ts';

const env = readEnv(WebhookEnv);
const now = Date.now;
const db = database();
const { receive } = webhookUseCases({
  ...webhookStores(db, env),
  invokeWork: signedStarter(env.WORK_FUNCTION, db.client),
  now,
});

const secrets = secret(env.LINEAR_WEBHOOK_SECRET_ARN, LinearWebhookSecret);
// Read ahead of the first delivery. If that fails, the delivery that needs it meets the failure.
secrets().catch(() => undefined);

export const handler = httpHandler(webhook({ secrets, receive, count, now }));
