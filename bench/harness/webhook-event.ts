import { createHmac, randomUUID } from 'node:crypto';
import { SECRET } from './test-bed.ts';

/** The event that API Gateway passes to the webhook function for a delivery from Linear. */
export const webhookEvent = (body: Buffer, secret = SECRET) => ({
  version: '2.0',
  routeKey: 'POST /webhooks/linear',
  rawPath: '/webhooks/linear',
  rawQueryString: '',
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Linear-Webhook',
    'linear-delivery': randomUUID(),
    'linear-event': 'Issue',
    'linear-signature': createHmac('sha256', secret).update(body).digest('hex'),
    'linear-timestamp': String(Date.now()),
  },
  requestContext: {
    http: { method: 'POST', path: '/webhooks/linear' },
    requestId: 'bench',
    stage: '$default',
  },
  body: body.toString(),
  isBase64Encoded: false,
});
