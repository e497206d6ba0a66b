import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Blockers } from '../../../domain/features/dependencies.ts';
import { isListed } from '../../../domain/features/feature.ts';
import { owedLinks } from '../../../domain/features/outcome-comment.ts';
import type { IssueSnapshot } from '../../../domain/mirror/issue.ts';
import { blockersHold, subIssuesHold } from '../../../domain/workspaces/settings.ts';
import { triggerOf } from '../../../domain/workspaces/trigger.ts';
import type { LinearLinks } from '../../../linear/api/issues.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import { isOurComment } from './write-back-plan.ts';

/** What one request to Linear says about features. Issues are named by Linear's id. */
export type Reading = {
  issues: ReadonlyMap<string, IssueSnapshot>;
  /** Why an issue cannot be read. */
  unreadable: ReadonlyMap<string, string>;
  /** Issues that have open sub-issues with the trigger label. */
  withSubIssues: ReadonlySet<string>;
  /** What blocks the issues. Absent if the workspace does not follow dependencies. */
  blockers: ReadonlyMap<string, Blockers> | undefined;
  /** Ids of the owed comments that are posted. */
  postedComments: ReadonlySet<string>;
  /** The owed links that an issue already has. */
  links: LinearLinks;
};

/**
 * Reads the issues of up to 250 features in one request, and what of the comments and links that they owe Linear
 * already shows. `withOwed: false` reads the issues alone, without what blocks them.
 */
export const readIssues =
  ({ linear }: { linear: WithLinear }) =>
  async (
    workspace: WorkspaceRow,
    rows: readonly FeatureRow[],
    { withOwed = true }: { withOwed?: boolean } = {},
  ): Promise<Reading> => {
    const withDependencies = withOwed && blockersHold(workspace.settings);
    const owing = withOwed ? rows : [];
    const rowOfComment = new Map(
      owing.flatMap((row) => Object.keys(row.owed).map((id) => [id, row] as const)),
    );
    const read = await linear(workspace.id, (api) =>
      api.issuesAndComments(
        rows.map(({ linearIssueId }) => linearIssueId),
        {
          commentIds: [...rowOfComment.keys()],
          urls: [...new Set(owing.flatMap(({ owed }) => owedLinks(owed)))],
          withBlockers: withDependencies,
          trigger: subIssuesHold(workspace.settings) ? triggerOf(workspace) : undefined,
        },
      ),
    );
    const ours = read.comments.filter((comment) => {
      const row = rowOfComment.get(comment.id);
      return row !== undefined && isOurComment(comment, workspace, row);
    });
    return {
      issues: new Map(read.issues.items.map((issue) => [issue.id, issue])),
      unreadable: new Map(read.issues.unreadable.map(({ id, why }) => [id, why])),
      withSubIssues: read.withSubIssues,
      blockers: withDependencies ? read.blockers : undefined,
      postedComments: new Set(ours.map(({ id }) => id)),
      links: read.links,
    };
  };

export type ReadIssues = ReturnType<typeof readIssues>;

/**
 * The row with what Linear just said of its issue. A withdrawn or stale row still holds the issue as it was when it
 * last qualified, but what is written back has to fit the issue as it is now.
 */
export const asRead = <R extends FeatureRow>(row: R, { issues, withSubIssues }: Reading): R => {
  const issue = issues.get(row.linearIssueId);
  if (!issue || !isListed(row)) return row;
  const { state, teamId, identifier, url } = issue;
  // A withdrawn row does not record that its issue went to another team.
  const carried = teamId !== row.issue.teamId ? { carriedToStateId: state.id } : {};
  const heldBySubIssues = withSubIssues.has(issue.id) ? true : undefined;
  return { ...row, ...carried, heldBySubIssues, issue: { ...row.issue, state, teamId, identifier, url } };
};
