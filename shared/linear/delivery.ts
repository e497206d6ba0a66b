import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { AppError } from '../errors.ts';

const MINUTE_MS = 60_000;
/** Linear's last retry comes after 7 h 1 min (facts §2.4). */
const HORIZON_MS = 8 * 60 * MINUTE_MS;

const Envelope = z.object({
  type: z.string(),
  action: z.string(),
  createdAt: z.iso.datetime(),
  organizationId: z.string().check(z.minLength(1)),
  webhookTimestamp: z.number(),
  data: z.optional(z.record(z.string(), z.unknown())),
  updatedFrom: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});

/**
 * How far a delivery may be believed. `fresh`: projected. `late`: a retry, a hint to read. `expired`: older than
 * any retry, or from the future.
 */
export type Age = 'fresh' | 'late' | 'expired';

export type Delivery = {
  type: string;
  action: string;
  createdAt: string;
  organizationId: string;
  data: Record<string, unknown>;
  /** Previous values of what changed; only an `update` has them. */
  updatedFrom: Record<string, unknown> | undefined;
  age: Age;
};

/**
 * Whether one of our secrets signed these bytes: hex HMAC-SHA256 over the raw body (facts §2.3).
 * Throws `unauthorized`. Two secrets count while one is being rotated.
 */
export const verifySignature = (
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): void => {
  const given = Buffer.from(signature ?? '', 'hex');
  const isSigned = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(body).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned)
    throw new AppError(
      'unauthorized',
      'The Linear-Signature header does not match this body and our secret.',
    );
};

/** The age that counts is the older of when Linear signed it and when it happened; a retry may keep either. */
const ageOf = (webhookTimestamp: number, createdAt: string, now: number): Age => {
  const age = now - Math.min(webhookTimestamp, Date.parse(createdAt));
  if (age < -MINUTE_MS || age > HORIZON_MS) return 'expired';
  return age > MINUTE_MS ? 'late' : 'fresh';
};

/** Reads a signed body; `unreadable` where it is no JSON or none of Linear's shapes: a retry could not mend it. */
export const readDelivery = (body: Buffer, now: number): Delivery | 'unreadable' => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return 'unreadable';
  }
  const envelope = Envelope.safeParse(json);
  if (!envelope.success) return 'unreadable';
  const { webhookTimestamp, data = {}, updatedFrom, ...rest } = envelope.data;
  return {
    ...rest,
    data,
    updatedFrom: updatedFrom ?? undefined,
    age: ageOf(webhookTimestamp, rest.createdAt, now),
  };
};
