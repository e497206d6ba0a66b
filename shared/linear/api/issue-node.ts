import * as z from 'zod/mini';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { id, named } from '../fields.ts';
import { IssuePayload, issueSnapshotOf, pick } from '../webhook/issue.ts';

/** The same issue as `issueFields` selects it over GraphQL. */
export const IssueNode = z.object({
  ...IssuePayload.shape,
  team: z.object({ id }),
  teamId: z.optional(id),
  projectMilestone: z.optional(z.nullable(z.object({ id }))),
  parent: z.optional(z.nullable(z.object({ id }))),
  labelIds: z.array(id),
  labels: z.object({ nodes: z.array(named) }),
});
export type IssueNode = z.output<typeof IssueNode>;

/**
 * The fields of `IssueNode`. A connection costs its `first` for every node of the page: with 9 labels, 250 issues
 * stay below the 10,000 points of a query. Issues with more labels are rare and read again (`labelsOf`).
 */
export const issueFields = `
  id identifier title description url priority estimate createdAt updatedAt archivedAt trashed
  state { id name type } assignee { id name } team { id } project { id name url } projectMilestone { id }
  parent { id } labelIds labels(first: 9) { nodes { id name } }`;

/** An issue as we read it; `seenAt` is our clock at the start of the request. */
export const issueFromNode = (node: IssueNode, seenAt: string): IssueSnapshot =>
  issueSnapshotOf(
    { ...node, parentId: node.parent?.id, projectMilestoneId: node.projectMilestone?.id },
    { labels: node.labels.nodes.map(pick), teamId: node.team.id, seenAt },
  );
