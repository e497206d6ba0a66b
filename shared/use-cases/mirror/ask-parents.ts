import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { MirroredFeatures } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import type { Placement } from '../../domain/features/placement.ts';
import { parentsConcerned, parentsSeen } from '../../domain/features/sub-issues.ts';
import { derivedId } from '../../domain/ids.ts';
import type { IssueEvent } from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { subIssuesHold } from '../../domain/workspaces/settings.ts';
import { triggerOf } from '../../domain/workspaces/trigger.ts';
import { inParallel } from '../../in-parallel.ts';

/**
 * Makes the parents due whose readiness a sub-issue may have changed. Whether it did is decided when they are
 * processed, from what Linear says then. Call this before the sub-issue's own row is written: after a crash in between,
 * that row still shows the change.
 */
export const askParents = ({ features, now }: { features: MirroredFeatures; now: Now }) => ({
  /** For an event: one write for each parent that it affects. */
  async event(
    workspace: WorkspaceRow,
    issue: IssueSnapshot,
    event: IssueEvent,
    placement: Placement,
  ): Promise<void> {
    if (!subIssuesHold(workspace.settings)) return;
    for (const linearIssueId of parentsConcerned(issue, event, placement))
      await features.makeParentDue({ linearIssueId, workspaceId: workspace.id }, now());
  },

  /** For issues that were read, with their rows: the parents' rows are read, and those that do not fit become due. */
  async read(
    workspace: WorkspaceRow,
    issues: readonly IssueSnapshot[],
    rows: readonly FeatureRow[],
  ): Promise<void> {
    if (!subIssuesHold(workspace.settings)) return;
    const rowOf = new Map(rows.map((row) => [row.linearIssueId, row]));
    const trigger = triggerOf(workspace);
    const seen = issues.flatMap((issue) => parentsSeen(issue, rowOf.get(issue.id), trigger));
    if (seen.length === 0) return;
    const held = new Set(seen.flatMap(({ parentId, isHeld }) => (isHeld ? [parentId] : [])));
    const freed = new Set(seen.flatMap(({ parentId, isHeld }) => (isHeld ? [] : [parentId])));
    const ids = [...new Set(seen.map(({ parentId }) => derivedId('feature', parentId)))];
    const doubtful = (await features.getMany(ids)).filter(
      ({ linearIssueId, heldBySubIssues, claimAt, readyAt }) =>
        (held.has(linearIssueId) && (claimAt ?? readyAt) !== undefined) ||
        (freed.has(linearIssueId) && heldBySubIssues),
    );
    await inParallel(doubtful, ({ linearIssueId }) =>
      features.makeParentDue({ linearIssueId, workspaceId: workspace.id }, now()),
    );
  },
});
