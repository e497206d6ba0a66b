import { derivedId } from '../ids.ts';
import type { Status } from '../statuses.ts';
import type { Withdrawal } from './feature.ts';

/** What of a pending feature says how it was handed out so far. Times are ISO strings. */
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

/** It qualifies, and is neither ready to be claimed nor to be announced. */
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
 * `ready`: begin a new readiness, that way. `held`: it must not be handed out. `again`: nothing to do before then
 * (epoch ms).
 */
export type Readiness = { ready?: 'pull' | 'push'; held?: true; again?: number };

/** How soon an announcement that was not seen to go out is tried again. */
export const ANNOUNCE_AGAIN_MS = 60_000;

/**
 * What becomes of a pending feature that may be handed out. One that was announced is left to whoever heard of it
 * until `timeoutMs` is over, also where the workspace hands out by claims meanwhile: it never goes both ways. `isHeld`
 * keeps any other from being handed out.
 */
export const readinessOf = (
  { claimAt, readySeq, readyAt, announcedSeq, announcedAt }: Offer,
  {
    dispatch,
    isHeld = false,
    timeoutMs,
    now,
  }: { dispatch: 'pull' | 'push'; isHeld?: boolean; timeoutMs: number; now: number },
): Readiness => {
  if (readyAt !== undefined && announcedAt !== undefined && announcedSeq === readySeq) {
    const over = Date.parse(announcedAt) + timeoutMs;
    if (now < over) return { again: over };
    return isHeld ? { held: true } : { ready: dispatch };
  }
  if (isHeld) return { held: true };
  if (dispatch === 'pull') return claimAt === undefined || readyAt !== undefined ? { ready: 'pull' } : {};
  return readyAt === undefined || claimAt !== undefined
    ? { ready: 'push' }
    : { again: now + ANNOUNCE_AGAIN_MS };
};

/** One readiness of a feature: announced under this id however often, and under no other. */
export const dispatchIdOf = ({ id, readySeq }: { id: string; readySeq: number }): string =>
  `${id}:${readySeq}`;

/** The run an announcement proposes; the same each time, so that two who hear of it report the same. */
export const dispatchRunId = (dispatchId: string): string => derivedId('run', dispatchId);
