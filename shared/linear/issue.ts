import * as z from 'zod/mini';
import type { IssueSnapshot } from '../domain/issue.ts';

const person = z.object({ id: z.string(), name: z.string() });
const timestamp = z.iso.datetime();

/** `Issue` in a webhook body: the fields we map, tolerant of the rest (facts §2.6). */
export const IssuePayload = z.object({
  id: z.string().check(z.minLength(1)),
  identifier: z.string(),
  title: z.string(),
  description: z.optional(z.nullable(z.string())),
  url: z.string(),
  priority: z.number(),
  estimate: z.optional(z.nullable(z.number())),
  state: z.object({ id: z.string(), name: z.string(), type: z.string() }),
  labels: z.array(z.object({ id: z.string(), name: z.string() })),
  assignee: z.optional(z.nullable(person)),
  teamId: z.string(),
  projectId: z.optional(z.nullable(z.string())),
  project: z.optional(z.nullable(z.object({ id: z.string(), name: z.string(), url: z.string() }))),
  trashed: z.optional(z.nullable(z.boolean())),
  archivedAt: z.optional(z.nullable(z.string())),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type IssuePayload = z.output<typeof IssuePayload>;

/** The same issue as `issueFields` selects it over GraphQL. */
export const IssueNode = z.object({
  ...IssuePayload.shape,
  team: z.object({ id: z.string() }),
  teamId: z.optional(z.string()),
  labelIds: z.array(z.string()),
  labels: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })) }),
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
  projectId: issue.project?.id ?? issue.projectId ?? null,
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
