import { createHmac } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { webhook } from '../../../lambdas/webhook/handler.ts';
import { type HttpEvent, httpHandler } from '../../../shared/runtime/http.ts';

const SECRET = 'signing-secret';
const now = () => Date.parse('2026-11-02T12:00:00.000Z');

afterEach(() => vi.restoreAllMocks());

/** The lines that are logged when a signed delivery with this id cannot be applied. */
const logOfFailed = async (deliveryId: string): Promise<string[]> => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
  const body = JSON.stringify({
    type: 'OAuthApp',
    action: 'revoked',
    organizationId: 'organization-1',
    webhookTimestamp: now(),
    createdAt: new Date(now()).toISOString(),
  });
  const handler = httpHandler(
    webhook({
      secrets: async () => ({ webhookSecrets: [SECRET] }),
      receive: async () => {
        throw new Error('DynamoDB is away');
      },
      count: () => {},
      now,
    }),
  );
  const event = {
    routeKey: 'POST /webhooks/linear',
    headers: {
      'linear-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
      'linear-delivery': deliveryId,
    },
    body,
    isBase64Encoded: false,
  } as unknown as HttpEvent;
  const answer = await handler(event, { awsRequestId: 'request-1' } as Context);
  expect(answer).toMatchObject({ statusCode: 500 });
  return written.filter((line) => line.includes('DynamoDB is away'));
};

test('a delivery that fails can be found in the log by its delivery id', async () => {
  const deliveryId = '234d1a4e-b617-4388-90fe-adc3633d6b72';
  const failed = await logOfFailed(deliveryId);
  expect(failed).toHaveLength(1);
  expect(JSON.parse(failed[0] ?? '')).toMatchObject({ deliveryId, level: 'ERROR' });
});

test('a delivery id that is not a UUID is not logged, because no signature covers it', async () => {
  const failed = await logOfFailed('a secret, or a line of its own');
  expect(failed.join()).not.toContain('a secret');
});
