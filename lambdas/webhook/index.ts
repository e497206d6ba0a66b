import { database } from '../../shared/composition/database.ts';
import { ingestion } from '../../shared/composition/ingestion.ts';
import { workspacesTable } from '../../shared/data/workspaces/workspaces.ts';
import { LinearWebhookSecret } from '../../shared/linear/secrets.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { secret } from '../../shared/runtime/secrets.ts';
import { receiveDelivery } from '../../shared/use-cases/mirror/receive-delivery.ts';
import { WebhookEnv } from './env.ts';
import { webhook } from './handler.ts';

const env = readEnv(WebhookEnv);
const now = Date.now;
const db = database();
const workspaces = workspacesTable(db, env.WORKSPACES_TABLE);

const receive = receiveDelivery({ workspaces, ...ingestion(db, env, { workspaces, now }), now });

const secrets = secret(env.LINEAR_WEBHOOK_SECRET_ARN, LinearWebhookSecret);
// The first delivery finds it read, or on its way; a failure is told to whoever needs it.
secrets().catch(() => undefined);

export const handler = httpHandler(webhook({ secrets, receive, count, now }));
