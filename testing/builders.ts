import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Placement } from '../shared/domain/features/placement.ts';
import type { IssueSnapshot } from '../shared/domain/mirror/issue.ts';
import { IssuePayload, issueFromPayload } from '../shared/linear/webhook/issue.ts';

type Json = Record<string, unknown>;

/** One of Linear's example webhook bodies, by its file name without `.json`. */
export const webhookExample = (name: string): Json & { data: Json } =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/webhooks', `${name}.json`), 'utf8'));

/** The bytes and the signature of a delivery, signed the way Linear signs. */
export const signed = (body: unknown, secret: string) => {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { bytes, signature: createHmac('sha256', secret).update(bytes).digest('hex') };
};

/** The trigger label of the example workspace. */
export const TRIGGER = { id: 'label-omakase', name: 'omakase' };

/** An open, labelled issue in a project, parsed by the webhook's schema. `changes` are fields of the webhook's body. */
export const issueSnapshot = (changes: Json = {}, seenAt?: string): IssueSnapshot => {
  const { data, createdAt } = webhookExample('01-issue-create');
  const payload = IssuePayload.parse({ ...data, labels: [TRIGGER], ...changes });
  const sentAt = [String(createdAt), payload.updatedAt].toSorted().at(-1) ?? '';
  return issueFromPayload(payload, seenAt ?? sentAt);
};

/** Where an issue belongs: the example workspace and its active project. */
export const placement = (changes: Partial<Placement> = {}): Placement => ({
  workspaceId: 'workspace-1',
  triggerLabel: 'omakase',
  triggerLabelIds: [TRIGGER.id],
  project: { id: 'project-1', isActive: true },
  ...changes,
});
