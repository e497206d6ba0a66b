import { hashOf, type Version } from '../version.ts';
import type { IssueSnapshot } from './issue.ts';

/** The labels of the plan: `safe:` with the level of an item, `enabler:` with its type. */
const PLANNING_LABEL = /^(safe|enabler):/i;

export const isPlanned = ({ labels }: Pick<IssueSnapshot, 'labels'>): boolean =>
  labels.some(({ name }) => PLANNING_LABEL.test(name));

/** The row of an issue in the cache. Linear's ids contain no `#`. */
export const cachedIssueId = (workspaceId: string, linearIssueId: string): string =>
  `${workspaceId}#${linearIssueId}`;

/** What the cache holds of an issue, and which read it comes from. */
export type CachedIssue = {
  id: string;
  identifier: string;
  issue: Omit<
    IssueSnapshot,
    'id' | 'identifier' | 'project' | 'milestoneId' | 'parentId' | 'createdAt' | 'updatedAt' | 'seenAt'
  > & { projectId: string | null; milestoneId: string | null; parentId: string | null };
  version: Version;
};

/** The same for an issue from a webhook and from a read. */
export const cachedIssueOf = (snapshot: IssueSnapshot, workspaceId: string): CachedIssue => {
  const { id, identifier, updatedAt, seenAt } = snapshot;
  const content = {
    identifier,
    issue: {
      url: snapshot.url,
      title: snapshot.title,
      description: snapshot.description,
      priority: snapshot.priority,
      estimate: snapshot.estimate,
      state: snapshot.state,
      // Linear promises no order.
      labels: [...snapshot.labels].sort((a, b) => (a.id < b.id ? -1 : 1)),
      assignee: snapshot.assignee,
      teamId: snapshot.teamId,
      projectId: snapshot.project?.id ?? null,
      milestoneId: snapshot.milestoneId ?? null,
      parentId: snapshot.parentId ?? null,
      archived: snapshot.archived,
    },
  };
  return {
    id: cachedIssueId(workspaceId, id),
    ...content,
    version: { linearUpdatedAt: updatedAt, seenAt, contentHash: hashOf(content) },
  };
};
