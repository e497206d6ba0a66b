import type { Status } from '../statuses.ts';
import { completeSettings, type Settings } from '../workspaces/settings.ts';
import type { Lapse, Withdrawal } from './feature.ts';

/** How long after the end of a lease we wait for a late report, or for another run to claim the feature. */
const GRACE_MS = 5 * 60_000;

type Leased = {
  status: Status;
  runId?: string | undefined;
  leaseUntil?: string | undefined;
  /** The run whose expired lease has been handled. */
  lapsedRunId?: string | undefined;
  claimIn?: string | undefined;
  withdrawn?: Withdrawal | undefined;
};

/**
 * When (epoch ms) an expired lease has to be handled, or `undefined` if it does not. With `push` nobody can claim the
 * feature, so we take it back. With `pull` we post one comment to Linear for each run.
 */
export const lapseDueAt = (feature: Leased, settings: Settings): number | undefined => {
  const at = graceEnd(feature);
  const { dispatch, leaseExpiredComment } = completeSettings(settings);
  const needsComment = leaseExpiredComment && feature.lapsedRunId !== feature.runId;
  return dispatch === 'push' || needsComment ? at : undefined;
};

/** Whether the lease and the grace period have passed without a report, and this has not been handled yet. */
export const isLeftLapsed = (feature: Leased, now: number): boolean =>
  feature.lapsedRunId !== feature.runId && (graceEnd(feature) ?? now + 1) <= now;

const graceEnd = ({ status, leaseUntil, claimIn, withdrawn }: Leased): number | undefined =>
  status === 'in_progress' && leaseUntil !== undefined && claimIn !== undefined && withdrawn === undefined
    ? Date.parse(leaseUntil) + GRACE_MS
    : undefined;

/** Whether nobody has reported, claimed or released the feature since, and it still qualifies. */
export const isStillLapsed = (
  { status, runId, leaseUntil, withdrawn }: Leased,
  lapse: Pick<Lapse, 'runId' | 'leaseUntil'>,
): boolean =>
  status === 'in_progress' &&
  runId === lapse.runId &&
  leaseUntil === lapse.leaseUntil &&
  withdrawn === undefined;
