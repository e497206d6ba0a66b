import { derivedId } from '../ids.ts';
import type { Status } from '../statuses.ts';
import { waitingBy } from './claim-place.ts';
import type { Withdrawal } from './feature.ts';

/** How a pending feature has been handed out so far. Times are ISO strings. */
type Offer = {
  claimAt?: string | undefined;
  readySeq: number;
  readyAt?: string | undefined;
  announcedSeq: number;
  announcedAt?: string | undefined;
};

/** Ready to be announced, and not announced yet. */
export const awaitsAnnouncement = ({
  status,
  withdrawn,
  claimAt,
  readySeq,
  readyAt,
  announcedSeq,
}: Offer & { status: Status; withdrawn?: Withdrawal | undefined }): boolean =>
  status === 'pending' &&
  withdrawn === undefined &&
  claimAt === undefined &&
  readyAt !== undefined &&
  announcedSeq < readySeq;

/** It qualifies, but is not yet ready to be claimed or announced. */
export const awaitsReadiness = ({
  status,
  withdrawn,
  claimIn,
  claimAt,
  readyAt,
}: Offer & { status: Status; withdrawn?: Withdrawal | undefined; claimIn?: string | undefined }): boolean =>
  status === 'pending' &&
  withdrawn === undefined &&
  claimIn !== undefined &&
  claimAt === undefined &&
  readyAt === undefined;

/**
 * `ready`: make the feature ready again, for that dispatch. `held`: it must not be handed out. `again`: nothing to do
 * before that time (epoch ms).
 */
export type Readiness = { ready?: 'pull' | 'push'; held?: true; again?: number };

/** How soon an announcement is retried if no success was recorded. */
export const ANNOUNCE_AGAIN_MS = 60_000;

/**
 * Decides how to make a qualifying, pending feature ready. An announced feature is reserved for whoever received the
 * announcement until `timeoutMs` has passed, even if `dispatch` changes to `pull` meanwhile, so it is never handed out
 * both ways. `isHeld` keeps any other feature from being handed out. `waiting`: how many others wait for it, which
 * decides its place among those that can be claimed.
 */
export const readinessOf = (
  { claimAt, readySeq, readyAt, announcedSeq, announcedAt }: Offer,
  {
    dispatch,
    isHeld = false,
    waiting = 0,
    timeoutMs,
    now,
  }: { dispatch: 'pull' | 'push'; isHeld?: boolean; waiting?: number; timeoutMs: number; now: number },
): Readiness => {
  if (readyAt !== undefined && announcedAt !== undefined && announcedSeq === readySeq) {
    const over = Date.parse(announcedAt) + timeoutMs;
    if (now < over) return { again: over };
    return isHeld ? { held: true } : { ready: dispatch };
  }
  if (isHeld) return { held: true };
  if (dispatch === 'pull') {
    const isInPlace = claimAt !== undefined && readyAt === undefined && waitingBy(claimAt) === waiting;
    return isInPlace ? {} : { ready: 'pull' };
  }
  return readyAt === undefined || claimAt !== undefined
    ? { ready: 'push' }
    : { again: now + ANNOUNCE_AGAIN_MS };
};

/** The id of one readiness of a feature. Repeated announcements of that readiness carry the same id. */
export const dispatchIdOf = ({ id, readySeq }: { id: string; readySeq: number }): string =>
  `${id}:${readySeq}`;

/** The run id that an announcement proposes. It is derived, so two receivers report with the same one. */
export const dispatchRunId = (dispatchId: string): string => derivedId('run', dispatchId);
