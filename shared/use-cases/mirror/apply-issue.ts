import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import { isStorable, projectionOf, withdrawalOf } from '../../domain/features/feature.ts';
import { type Decision, judgeEvent, judgeRead, moverSeen, type Route } from '../../domain/features/ingest.ts';
import type { IssueEvent, Mover } from '../../domain/mirror/delivery.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { isImpossible } from './impossible.ts';
import { retryLater, UNSTORABLE } from './retry-later.ts';

/** What became of an issue: the same words are returned, logged and counted. */
export type Applied = 'written' | 'withdrawn' | 'unchanged' | 'stale' | 'tied' | 'untracked' | 'impossible';

/** Applies an issue, as Linear showed it, to our row, in most cases with at most one conditional write. */
export const applyIssue = ({ features, now }: { features: Features; now: Now }) => {
  const retry = retryLater({ features, now });

  const carryOut = async (
    issue: IssueSnapshot,
    route: Route,
    decision: Decision,
    mover?: Mover,
  ): Promise<Applied> => {
    if (decision.is === 'unchanged' || decision.is === 'untracked') return decision.is;
    if (decision.is === 'withdraw') {
      const withdrawal = withdrawalOf(issue, route.workspaceId, decision.reason);
      const written = await features.withdraw(withdrawal, now());
      return written === 'written' ? 'withdrawn' : written === 'out_of_reach' ? 'untracked' : written;
    }
    if (!route.project) return 'untracked';
    if (!isStorable(issue)) return 'impossible';
    const projection = projectionOf(issue, { ...route, projectId: route.project.id });
    const { scope, look } = decision;
    const written = await features
      .project(projection, { reach: scope, look, now: now(), mover })
      .catch((error: unknown) => {
        if (isImpossible(error)) return 'impossible' as const;
        throw error;
      });
    if (written !== 'out_of_reach') return written;
    // This is not the state we left, so a write that we gave up on was applied late.
    if (mover === 'us' && !look) return carryOut(issue, route, { ...decision, look: true }, mover);
    if (scope !== 'edit') return 'untracked';
    // We did not know that it qualifies, so the event that said so was lost. Create it, and make it due.
    return carryOut(issue, route, { is: 'project', scope: 'create', look: true }, mover);
  };

  return {
    /** An issue that cannot be stored is read again later, so Linear need not send the event again. */
    async event(issue: IssueSnapshot, event: IssueEvent, route: Route): Promise<Applied> {
      const applied = await carryOut(issue, route, judgeEvent(issue, event, route), event.mover);
      if (applied === 'impossible') await retry(route.workspaceId, issue.id, UNSTORABLE);
      return applied;
    },

    /**
     * `look: false` is for the worker that processes the feature: what it reads is no reason to make the feature due
     * again, unless the issue begins to qualify. Then another worker, which read it before, may have ended the due
     * time. An issue that cannot be stored is `impossible`, so that it does not hold up the others.
     */
    async read(
      issue: IssueSnapshot,
      row: FeatureRow | undefined,
      route: Route,
      { look }: { look: boolean },
    ): Promise<Applied> {
      const decision = judgeRead(issue, row, route);
      if (decision.is !== 'project' || !route.project) return carryOut(issue, route, decision);
      const projection = projectionOf(issue, { ...route, projectId: route.project.id });
      if (row?.contentHash === projection.version.contentHash) return 'unchanged';
      const begins = row?.claimIn === undefined;
      const asks = decision.look && (look || begins);
      return carryOut(issue, route, { ...decision, look: asks }, moverSeen(issue, row));
    },
  };
};

export type ApplyIssue = ReturnType<typeof applyIssue>;
