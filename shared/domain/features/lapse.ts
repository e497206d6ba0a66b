import type { Status } from '../statuses.ts';
import { completeSettings, type Settings } from '../workspaces/settings.ts';
import type { Lapse, Withdrawal } from './feature.ts';

/** A report may be late, and another run may claim the feature by itself: both get this long. */
const GRACE_MS = 5 * 60_000;

type Leased = {
  status: Status;
  runId?: string | undefined;
  leaseUntil?: string | undefined;
  /** The run whose lease was found to have run out. */
  lapsedRunId?: string | undefined;
  claimIn?: string | undefined;
  withdrawn?: Withdrawal | undefined;
};

/**
 * When (epoch ms) a look has to see to the lease of a feature; nothing where no look has to. Where features are
 * announced nobody can claim it, so it has to be taken back; where they are claimed, Linear is told once for each run.
 */
export const lapseLookAt = (feature: Leased, settings: Settings): number | undefined => {
  const at = graceEnd(feature);
  const { dispatch, leaseExpiredComment } = completeSettings(settings);
  const isToTell = leaseExpiredComment && feature.lapsedRunId !== feature.runId;
  return dispatch === 'push' || isToTell ? at : undefined;
};

/** Its run has not reported for longer than the lease and the grace, and no look is known to have seen to it. */
export const isLeftLapsed = (feature: Leased, now: number): boolean =>
  feature.lapsedRunId !== feature.runId && (graceEnd(feature) ?? now + 1) <= now;

const graceEnd = ({ status, leaseUntil, claimIn, withdrawn }: Leased): number | undefined =>
  status === 'in_progress' && leaseUntil !== undefined && claimIn !== undefined && withdrawn === undefined
    ? Date.parse(leaseUntil) + GRACE_MS
    : undefined;

/** Nobody reported, claimed or released the feature since, and it still qualifies. */
export const isStillLapsed = (
  { status, runId, leaseUntil, withdrawn }: Leased,
  lapse: Pick<Lapse, 'runId' | 'leaseUntil'>,
): boolean =>
  status === 'in_progress' &&
  runId === lapse.runId &&
  leaseUntil === lapse.leaseUntil &&
  withdrawn === undefined;
