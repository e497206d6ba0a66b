import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Delivery, DeliveryContent } from '../../domain/mirror/delivery.ts';
import { ageOf, ageOfEdit, type Envelope, openEnvelope } from './envelope.ts';
import { readIssue } from './issue.ts';
import { readLabel } from './label.ts';
import { readProject } from './project.ts';

/**
 * Whether one of our secrets signed these bytes: hex HMAC-SHA256 over the raw body. There are two secrets during a
 * rotation. Blank ones never count.
 */
export const isSigned = (
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): boolean => {
  const given = Buffer.from(signature ?? '', 'hex');
  return secrets.some((secret) => {
    if (secret.trim() === '') return false;
    const expected = createHmac('sha256', secret).update(body).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
};

/** What a reader finds in a body. `editedAt` is the time of the edit, if Linear gives it. */
type Read = { content: DeliveryContent; editedAt?: string };
/** Returns nothing if the data cannot be parsed, because a retry would not help. */
type Reader = (envelope: Envelope) => Read | undefined;

const CHANGES = ['create', 'update', 'remove'];

/**
 * The webhook types that we handle, each with its actions and its reader. A new kind of content also needs an entry
 * in shared/domain/mirror/delivery.ts and a receiver in receive-delivery.ts.
 */
const readers = new Map<string, { actions: readonly string[]; read: Reader }>([
  ['Issue', { actions: CHANGES, read: readIssue }],
  ['Project', { actions: CHANGES, read: readProject }],
  ['IssueLabel', { actions: CHANGES, read: readLabel }],
  ['PermissionChange', { actions: ['teamAccessChanged'], read: () => ({ content: { is: 'access' } }) }],
  [
    'OAuthApp',
    { actions: ['revoked'], read: ({ createdAt }) => ({ content: { is: 'revoked', at: createdAt } }) },
  ],
]);

/**
 * Reads a signed body. It is `unreadable` if it is not JSON or has an unknown shape, because a retry would not help.
 */
export const readDelivery = (body: Buffer, now: number): Delivery | 'unreadable' => {
  const envelope = openEnvelope(body);
  if (!envelope) return 'unreadable';
  const { type, action, organizationId } = envelope;
  const head = { type, action, organizationId, age: ageOf(envelope, now) };
  const reader = readers.get(type);
  if (!reader?.actions.includes(action)) return { ...head, is: 'ignored' };
  const read = reader.read(envelope);
  if (!read) return 'unreadable';
  const { content, editedAt } = read;
  return { ...head, ...content, age: editedAt ? ageOfEdit(head.age, editedAt, now) : head.age };
};
