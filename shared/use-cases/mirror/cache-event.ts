import type { MirroredIssues } from '../../data/mirror/linear-issue-events.ts';
import type { Now } from '../../domain/clock.ts';
import { isStorable } from '../../domain/features/feature.ts';
import { isMapped } from '../../domain/features/placement.ts';
import { cachedIssueOf } from '../../domain/mirror/cached-issue.ts';
import type { IssueEvent } from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import type { Applied } from './apply-issue.ts';
import { isImpossible } from './impossible.ts';

/**
 * Brings the row of an issue that is planned, and no feature, up to date with an event, if there is a row: one write. An
 * event that is not trusted, or cannot be stored, makes the row due.
 */
export const cacheEvent =
  ({ linearIssues, now }: { linearIssues: MirroredIssues; now: Now }) =>
  async (
    workspaceId: string,
    issue: IssueSnapshot,
    event: IssueEvent,
    isTrusted: boolean,
  ): Promise<Applied | 'hinted'> => {
    if (!isMapped(event, 'projectMilestoneId')) return 'unchanged';
    const seen = event.action === 'remove' ? { ...issue, archived: 'deleted' as const } : issue;
    const shown = { ...cachedIssueOf(seen, workspaceId), workspaceId };
    const hint = () => linearIssues.hint(shown, now());
    if (!isTrusted || !isStorable(seen)) return hint();
    return linearIssues.save(shown, now()).catch((error: unknown) => {
      if (isImpossible(error)) return hint();
      throw error;
    });
  };
