import { createHmac } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { webhook } from '../../lambdas/webhook/handler.ts';
import { type HttpEvent, httpHandler } from '../../shared/runtime/http.ts';

const SECRET = 'signing-secret';
const now = () => Date.parse('2026-11-02T12:00:00.000Z');

afterEach(() => vi.restoreAllMocks());

test('a delivery that fails is found in the log by its delivery id', async () => {
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
      'linear-delivery': '234d1a4e-b617-4388-90fe-adc3633d6b72',
    },
    body,
    isBase64Encoded: false,
  } as unknown as HttpEvent;
  const answer = await handler(event, { awsRequestId: 'request-1' } as Context);
  expect(answer).toMatchObject({ statusCode: 500 });
  const failed = written.filter((line) => line.includes('DynamoDB is away'));
  expect(failed).toHaveLength(1);
  expect(JSON.parse(failed[0] ?? '')).toMatchObject({
    deliveryId: '234d1a4e-b617-4388-90fe-adc3633d6b72',
    level: 'ERROR',
  });
});
