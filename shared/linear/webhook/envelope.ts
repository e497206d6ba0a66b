import * as z from 'zod/mini';
import type { Age } from '../../domain/mirror/delivery.ts';
import { CLOCK_SKEW_MS } from '../../domain/version.ts';
import { parseJson } from '../../json.ts';
import { id, text } from '../fields.ts';
import { Timestamp } from '../timestamp.ts';

const MINUTE_MS = 60_000;
/** Linear's last retry comes after 7 h 1 min. */
const HORIZON_MS = 8 * 60 * MINUTE_MS;

/** The fields that every webhook body has, whatever its type. */
const Envelope = z.object({
  type: text(100),
  action: text(100),
  createdAt: Timestamp,
  organizationId: id,
  webhookTimestamp: z.number(),
  actor: z.catch(z.optional(z.nullable(z.object({ id: z.string() }))), undefined),
  // Parsed by the reader of its type.
  data: z.optional(z.unknown()),
  updatedFrom: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});
export type Envelope = z.output<typeof Envelope>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses the envelope. Returns nothing if the body is not JSON or has an unknown shape. */
export const openEnvelope = (body: Buffer): Envelope | undefined => {
  try {
    return Envelope.safeParse(parseJson(utf8.decode(body))).data;
  } catch {
    return undefined;
  }
};

/**
 * The age of a delivery: the older of when Linear signed it and when the change happened, because a retry may keep
 * either.
 */
export const ageOf = ({ webhookTimestamp, createdAt }: Envelope, now: number): Age => {
  const times = [webhookTimestamp, Date.parse(createdAt)];
  const age = now - Math.min(...times);
  if (Math.max(...times) > now + CLOCK_SKEW_MS || age > HORIZON_MS) return 'expired';
  return age > MINUTE_MS ? 'late' : 'fresh';
};

/** An edit from the future is not trusted, so it counts as late and only asks for a read. */
export const ageOfEdit = (age: Age, editedAt: string, now: number): Age =>
  age === 'fresh' && Date.parse(editedAt) > now + CLOCK_SKEW_MS ? 'late' : age;
