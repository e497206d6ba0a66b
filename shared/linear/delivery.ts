import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import type { Age, Delivery } from '../domain/mirror/delivery.ts';
import { CLOCK_SKEW_MS } from '../domain/version.ts';
import { parseJson } from '../json.ts';
import { IssuePayload, id, issueFromPayload, text } from './issue.ts';
import { LabelPayload } from './label.ts';
import { ProjectPayload, projectFromPayload } from './project.ts';
import { Timestamp } from './timestamp.ts';
import { whyUnreadable } from './unreadable.ts';

const MINUTE_MS = 60_000;
/** Linear's last retry comes after 7 h 1 min (facts §2.4). */
const HORIZON_MS = 8 * 60 * MINUTE_MS;

const Envelope = z.object({
  type: text(100),
  action: text(100),
  createdAt: Timestamp,
  organizationId: id,
  webhookTimestamp: z.number(),
  actor: z.catch(z.optional(z.nullable(z.object({ id: z.string() }))), undefined),
  // Read by the schema of its type.
  data: z.optional(z.unknown()),
  updatedFrom: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});

/**
 * Whether one of our secrets signed these bytes: hex HMAC-SHA256 over the raw body (facts §2.3). Two secrets count
 * while one is being rotated; a blank one never does.
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

/** The age that counts is the older of when Linear signed it and when it happened; a retry may keep either. */
const ageOf = (webhookTimestamp: number, createdAt: string, now: number): Age => {
  const times = [webhookTimestamp, Date.parse(createdAt)];
  const age = now - Math.min(...times);
  if (Math.max(...times) > now + CLOCK_SKEW_MS || age > HORIZON_MS) return 'expired';
  return age > MINUTE_MS ? 'late' : 'fresh';
};

/** An edit from the future is not believed: it only asks for a read. */
const ageOfEdit = (age: Age, updatedAt: string, now: number): Age =>
  age === 'fresh' && Date.parse(updatedAt) > now + CLOCK_SKEW_MS ? 'late' : age;

/** An issue that cannot be read is named, so that it is read from Linear; one without an id is nothing. */
const unreadableIssue = (data: unknown, why: string) => {
  const named = z.object({ id }).safeParse(data);
  return named.success ? ({ is: 'unreadable_issue', issueId: named.data.id, why } as const) : undefined;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parsed = (body: Buffer): z.output<typeof Envelope> | undefined => {
  try {
    return Envelope.safeParse(parseJson(utf8.decode(body))).data;
  } catch {
    return undefined;
  }
};

/** Reads a signed body; `unreadable` where it is no JSON or none of Linear's shapes: a retry could not mend it. */
export const readDelivery = (body: Buffer, now: number): Delivery | 'unreadable' => {
  const envelope = parsed(body);
  if (!envelope) return 'unreadable';
  const { type, action, organizationId, createdAt, data, webhookTimestamp } = envelope;
  const head = { type, action, organizationId, age: ageOf(webhookTimestamp, createdAt, now) };
  if (type === 'OAuthApp' && action === 'revoked') return { ...head, is: 'revoked', at: createdAt };
  if (type === 'PermissionChange' && action === 'teamAccessChanged') return { ...head, is: 'access' };
  if (!['create', 'update', 'remove'].includes(action)) return { ...head, is: 'ignored' };
  switch (type) {
    case 'Issue': {
      const issue = IssuePayload.safeParse(data);
      if (!issue.success) {
        const unreadable = unreadableIssue(data, whyUnreadable(issue.error));
        return unreadable ? { ...head, ...unreadable } : 'unreadable';
      }
      const updatedFrom = envelope.updatedFrom ?? undefined;
      return {
        ...head,
        age: ageOfEdit(head.age, issue.data.updatedAt, now),
        is: 'issue',
        issue: issueFromPayload(issue.data, createdAt),
        event: { action, updatedFrom },
        actorId: envelope.actor?.id,
      };
    }
    case 'Project': {
      const project = ProjectPayload.safeParse(data);
      if (!project.success) return 'unreadable';
      const snapshot = projectFromPayload(project.data, createdAt);
      return {
        ...head,
        age: ageOfEdit(head.age, project.data.updatedAt, now),
        is: 'project',
        project: action === 'remove' ? { ...snapshot, archivedThere: true } : snapshot,
      };
    }
    case 'IssueLabel': {
      const label = LabelPayload.safeParse(data);
      if (!label.success) return 'unreadable';
      const { id, name, archivedAt } = label.data;
      return {
        ...head,
        is: 'label',
        label: { id, name, isRemoved: action === 'remove' || Boolean(archivedAt) },
      };
    }
    default:
      return { ...head, is: 'ignored' };
  }
};
