import * as z from 'zod/mini';
import type { DeliveryContent } from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { amount, id, named, text } from '../fields.ts';
import { notAfter, Timestamp } from '../timestamp.ts';
import { whyUnreadable } from '../unreadable.ts';
import type { Envelope } from './envelope.ts';

/** `Issue` in a webhook body: the fields we map. Others are ignored. */
export const IssuePayload = z.object({
  id,
  identifier: text(100),
  title: text(5_000),
  description: z.optional(z.nullable(z.string())),
  url: text(5_000),
  priority: amount,
  estimate: z.optional(z.nullable(amount)),
  state: z.object({ id, name: text(1_000), type: text(100) }),
  labels: z.array(named).check(z.maxLength(250)),
  assignee: z.optional(z.nullable(named)),
  teamId: id,
  projectId: z.optional(z.nullable(id)),
  projectMilestoneId: z.optional(z.nullable(id)),
  parentId: z.optional(z.nullable(id)),
  project: z.optional(z.nullable(z.object({ id, name: z.string(), url: text(5_000) }))),
  trashed: z.optional(z.nullable(z.boolean())),
  archivedAt: z.optional(z.nullable(z.string())),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
type IssuePayload = z.output<typeof IssuePayload>;

const archivedOf = ({ trashed, archivedAt }: Pick<IssuePayload, 'trashed' | 'archivedAt'>) =>
  trashed ? 'deleted' : archivedAt ? 'archived' : null;

export const pick = ({ id, name }: { id: string; name: string }) => ({ id, name });

export const issueSnapshotOf = (
  issue: Omit<IssuePayload, 'labels' | 'teamId'>,
  rest: { labels: IssueSnapshot['labels']; teamId: string; seenAt: string },
): IssueSnapshot => ({
  id: issue.id,
  identifier: issue.identifier,
  url: issue.url,
  title: issue.title,
  description: issue.description ?? '',
  priority: issue.priority,
  estimate: issue.estimate ?? null,
  state: { id: issue.state.id, name: issue.state.name, type: issue.state.type },
  assignee: issue.assignee ? pick(issue.assignee) : null,
  project: issue.project ?? (issue.projectId ? { id: issue.projectId, name: '', url: '' } : null),
  milestoneId: issue.projectMilestoneId ?? undefined,
  parentId: issue.parentId ?? undefined,
  archived: archivedOf(issue),
  createdAt: issue.createdAt,
  updatedAt: notAfter(issue.updatedAt, rest.seenAt),
  ...rest,
});

/** An issue as a webhook shows it; `seenAt` is the envelope's `createdAt`. */
export const issueFromPayload = (payload: IssuePayload, seenAt: string): IssueSnapshot =>
  issueSnapshotOf(payload, { labels: payload.labels.map(pick), teamId: payload.teamId, seenAt });

/** An issue that cannot be parsed. Its id is enough to read it from Linear; without an id nothing can be done. */
const unreadableIssue = (data: unknown, why: string): DeliveryContent | undefined => {
  const { data: issue } = z.object({ id }).safeParse(data);
  return issue && { is: 'unreadable_issue', issueId: issue.id, why };
};

/** What a webhook says about an issue. */
export const readIssue = ({ action, actor, createdAt, data, updatedFrom }: Envelope) => {
  const issue = IssuePayload.safeParse(data);
  if (!issue.success) {
    const content = unreadableIssue(data, whyUnreadable(issue.error));
    return content && { content };
  }
  const content: DeliveryContent = {
    is: 'issue',
    issue: issueFromPayload(issue.data, createdAt),
    event: { action, updatedFrom: updatedFrom ?? undefined },
    actorId: actor?.id,
  };
  return { content, editedAt: issue.data.updatedAt };
};
