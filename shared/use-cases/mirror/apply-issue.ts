import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { MirroredFeatures } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import { isStorable, projectionOf, withdrawalOf } from '../../domain/features/feature.ts';
import {
  type Decision,
  judgeEvent,
  judgeRead,
  moverSeen,
  type Placement,
} from '../../domain/features/placement.ts';
import type { IssueEvent, Mover } from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { isImpossible } from './impossible.ts';
import { retryLater, UNSTORABLE } from './retry-later.ts';

/** What became of an issue: the same words are returned, logged and counted. */
export type Applied = 'written' | 'withdrawn' | 'unchanged' | 'stale' | 'tied' | 'untracked' | 'impossible';

/** Applies an issue, as Linear showed it, to our row, in most cases with at most one conditional write. */
export const applyIssue = ({ features, now }: { features: MirroredFeatures; now: Now }) => {
  const retry = retryLater({ features, now });

  const carryOut = async (
    issue: IssueSnapshot,
    placement: Placement,
    decision: Decision,
    mover?: Mover,
  ): Promise<Applied> => {
    if (decision.is === 'unchanged' || decision.is === 'untracked') return decision.is;
    if (decision.is === 'withdraw') {
      const withdrawal = withdrawalOf(issue, placement.workspaceId, decision.reason);
      const written = await features.withdraw(withdrawal, now());
      return written === 'written' ? 'withdrawn' : written === 'out_of_scope' ? 'untracked' : written;
    }
    if (!placement.project) return 'untracked';
    if (!isStorable(issue)) return 'impossible';
    const projection = projectionOf(issue, { ...placement, projectId: placement.project.id });
    const { scope, makesDue } = decision;
    const written = await features
      .saveProjection(projection, { scope, makesDue, now: now(), mover })
      .catch((error: unknown) => {
        if (isImpossible(error)) return 'impossible' as const;
        throw error;
      });
    if (written !== 'out_of_scope') return written;
    // This is not the state we left, so a write that we gave up on was applied late.
    if (mover === 'us' && !makesDue)
      return carryOut(issue, placement, { ...decision, makesDue: true }, mover);
    if (scope !== 'edit') return 'untracked';
    // We did not know that it qualifies, so the event that said so was lost. Create it, and make it due.
    return carryOut(issue, placement, { is: 'save', scope: 'create', makesDue: true }, mover);
  };

  return {
    /** An issue that cannot be stored is read again later, so Linear need not send the event again. */
    async event(issue: IssueSnapshot, event: IssueEvent, placement: Placement): Promise<Applied> {
      const applied = await carryOut(issue, placement, judgeEvent(issue, event, placement), event.mover);
      if (applied === 'impossible') await retry(placement.workspaceId, issue.id, UNSTORABLE);
      return applied;
    },

    /**
     * `makesDue: false` is for the worker that processes the feature: what it reads is no reason to make the feature due
     * again, unless the issue begins to qualify. Then another worker, which read it before, may have ended the due
     * time. An issue that cannot be stored is `impossible`, so that it does not hold up the others.
     */
    async read(
      issue: IssueSnapshot,
      row: FeatureRow | undefined,
      placement: Placement,
      { makesDue }: { makesDue: boolean },
    ): Promise<Applied> {
      const decision = judgeRead(issue, row, placement);
      if (decision.is !== 'save' || !placement.project) return carryOut(issue, placement, decision);
      const projection = projectionOf(issue, { ...placement, projectId: placement.project.id });
      if (row?.contentHash === projection.version.contentHash) return 'unchanged';
      const begins = row?.claimIn === undefined;
      const asks = decision.makesDue && (makesDue || begins);
      return carryOut(issue, placement, { ...decision, makesDue: asks }, moverSeen(issue, row));
    },
  };
};

export type ApplyIssue = ReturnType<typeof applyIssue>;
