import * as z from 'zod/mini';
import type { IssueSnapshot } from '../domain/issue.ts';

/** Generous beside what Linear allows, and far below what an item of a table holds. */
const text = (max: number) => z.string().check(z.maxLength(max));
const id = z.string().check(z.minLength(1), z.maxLength(100));
/** DynamoDB keeps 38 digits and no number finer than 1e-130. */
const amount = z.number().check(z.refine((value) => Number.isSafeInteger(value * 100)));
const named = z.object({ id, name: text(1_000) });
const timestamp = z.iso.datetime();

/** `Issue` in a webhook body: the fields we map, tolerant of the rest (facts §2.6). */
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
  project: z.optional(z.nullable(z.object({ id, name: z.string(), url: text(5_000) }))),
  trashed: z.optional(z.nullable(z.boolean())),
  archivedAt: z.optional(z.nullable(z.string())),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type IssuePayload = z.output<typeof IssuePayload>;

/** The same issue as `issueFields` selects it over GraphQL. */
export const IssueNode = z.object({
  ...IssuePayload.shape,
  team: z.object({ id }),
  teamId: z.optional(id),
  labelIds: z.array(id),
  labels: z.object({ nodes: z.array(named) }),
});
export type IssueNode = z.output<typeof IssueNode>;

/**
 * What `IssueNode` needs selected. A connection costs its `first` times the page: 20 labels keep 250 issues under
 * the 10,000 points of a query. The few issues with more are read again (`labelsOf`).
 */
export const issueFields = `
  id identifier title description url priority estimate createdAt updatedAt archivedAt trashed
  state { id name type } assignee { id name } team { id } project { id name url }
  labelIds labels(first: 20) { nodes { id name } }`;

const archivedOf = ({ trashed, archivedAt }: Pick<IssuePayload, 'trashed' | 'archivedAt'>) =>
  trashed ? 'deleted' : archivedAt ? 'archived' : null;

const pick = ({ id, name }: { id: string; name: string }) => ({ id, name });

const snapshot = (
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
  archived: archivedOf(issue),
  createdAt: issue.createdAt,
  updatedAt: issue.updatedAt,
  ...rest,
});

/** An issue as a webhook told it; `seenAt` is the envelope's `createdAt`. */
export const issueFromPayload = (payload: IssuePayload, seenAt: string): IssueSnapshot =>
  snapshot(payload, { labels: payload.labels.map(pick), teamId: payload.teamId, seenAt });

/** An issue as we read it; `seenAt` is our clock at the start of the request. */
export const issueFromNode = (node: IssueNode, seenAt: string): IssueSnapshot =>
  snapshot(node, { labels: node.labels.nodes.map(pick), teamId: node.team.id, seenAt });
