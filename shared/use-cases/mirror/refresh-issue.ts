import type { LinearIssueRow } from '../../data/mirror/linear-issue-row.ts';
import type { LinearIssues } from '../../data/mirror/linear-issues.ts';
import { AppError } from '../../errors.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';
import type { CacheIssues } from './cache-issues.ts';

type Deps = { linearIssues: LinearIssues; cacheIssues: CacheIssues; linear: WithLinear };

/**
 * Reads the issue of a row from Linear and answers the row as it is then. Throws `conflict` if the issue is in a form
 * that cannot be read.
 */
export const refreshIssue =
  ({ linearIssues, cacheIssues, linear }: Deps) =>
  async (row: LinearIssueRow): Promise<LinearIssueRow> => {
    const { workspaceId, linearIssueId } = row;
    const { issues } = await linear(workspaceId, (api) => api.issuesAndComments([linearIssueId]));
    await cacheIssues.known([row], issues);
    const [unreadable] = issues.unreadable;
    if (unreadable) throw new AppError('conflict', `The issue cannot be stored: ${unreadable.why}.`);
    const [fresh = row] = await linearIssues.getMany(workspaceId, [linearIssueId]);
    return fresh;
  };

export type RefreshIssue = ReturnType<typeof refreshIssue>;
