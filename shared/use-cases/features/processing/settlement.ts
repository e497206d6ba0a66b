import type { Settlement } from '../../../data/features/feature-settlements.ts';
import { isBlocked } from '../../../domain/features/dependencies.ts';
import { ANNOUNCE_AGAIN_MS, type Readiness, readinessOf } from '../../../domain/features/dispatch.ts';
import { asksForAnotherGo, isOurs } from '../../../domain/features/write-back.ts';
import { isOpen } from '../../../domain/mirror/workflow-state.ts';
import { completeSettings, dispatchMs, type Settings } from '../../../domain/workspaces/settings.ts';
import type { DependencyNote } from '../dependencies/follow-dependencies.ts';
import type { WriteBackResult } from './write-back-plan.ts';

/** Linear gave no reason, so trying again may help: after 1, 2, 4 and 8 minutes. Then it is a failure. */
const UNDONE_TRIES = 5;
const UNDONE_MS = 60_000;
const UNDONE = `Linear answered ${UNDONE_TRIES} times that it did not carry out the request, and gave no reason.`;

/**
 * If Linear refused something, an expired lease is handled again only after this, because the refusal may be for
 * good.
 */
const REFUSED_MS = 15 * 60_000;

/** What to do with a feature after it was written back. Times are epoch milliseconds. */
export type Decision =
  /** Linear did not do all of it: try again at that time. */
  | { is: 'undone'; until: number; undoneTries: number }
  /** Its lease expired, which is owed to Linear as a comment. */
  | { is: 'lapsed' }
  | { is: 'settle'; settlement: Settlement; isWritten: boolean; isToAnnounce: boolean };

type Situation = {
  settings: Settings;
  /** When its lease has to be handled, if at all. */
  lapseAt: number | undefined;
  dependencies?: Pick<DependencyNote, 'waiting' | 'again'> | undefined;
  now: number;
};

/** Decides what becomes of a feature from what became of its plan. */
export const decisionOf = (
  { feature, undone, ...result }: WriteBackResult,
  { settings, lapseAt: leaseLapsesAt, dependencies, now }: Situation,
): Decision => {
  const blocked = isBlocked(feature);
  // Nobody can take it while it is blocked, so its lease is handled when it no longer is.
  const lapseAt = blocked && settings.dispatch === 'pull' ? undefined : leaseLapsesAt;
  if (undone && feature.undoneTries + 1 < UNDONE_TRIES)
    return {
      is: 'undone',
      until: now + UNDONE_MS * 2 ** feature.undoneTries,
      undoneTries: feature.undoneTries + 1,
    };

  const isExpired = lapseAt !== undefined && lapseAt <= now;
  const hadNothingToWrite = result.mutations.length === 0 && result.posted.length === 0;
  if (isExpired && hadNothingToWrite && settings.dispatch === 'pull' && feature.claimAt !== undefined)
    return { is: 'lapsed' };

  const { state } = feature.issue;
  const moveRefused = result.moveRefused ?? (undone ? UNDONE : undefined);
  const refused = result.failure ?? moveRefused;
  const qualifies = feature.withdrawn === undefined && isOpen(state.type);
  const mayBeOffered = qualifies && !refused;
  const takenBack = isExpired && mayBeOffered && settings.dispatch === 'push';
  const reopened = mayBeOffered && completeSettings(settings).reopen && asksForAnotherGo(feature, state);
  const { ready, held, again } = nextReadiness(feature, {
    settings,
    isPendingAgain: reopened || takenBack,
    mayBeOffered,
    // A refusal says nothing about blockers and sub-issues, so they still hold the feature back.
    isHeld: qualifies && (blocked || feature.heldBySubIssues === true),
    waiting: dependencies?.waiting ?? 0,
    now,
  });
  const leaseDueAt = isExpired ? now + (refused ? REFUSED_MS : 0) : lapseAt;
  return {
    is: 'settle',
    settlement: {
      posted: result.posted,
      ready,
      waiting: dependencies?.waiting,
      held,
      reopened,
      takenBack,
      writtenStateId: moveRefused ? (isOurs(feature, state) ? state.id : undefined) : result.leftIn,
      settledStateId: moveRefused ? state.id : result.settledIn,
      failure: refused ?? result.leftAlone,
      // It stays due until it is announced, because a crash may come first.
      again: earliest(
        ready === 'push' ? now + ANNOUNCE_AGAIN_MS : (again ?? leaseDueAt),
        dependencies?.again,
        // Those that wait for it are told when it is read again.
        feature.toldAs !== undefined && isMoved(result) ? now : undefined,
      ),
    },
    isWritten: result.mutations.length > 0 && !refused,
    isToAnnounce: (feature.readyAt !== undefined && !held) || ready === 'push',
  };
};

/** The earliest of the times that are given. */
const earliest = (...times: readonly (number | undefined)[]): number | undefined => {
  const given = times.filter((time) => time !== undefined);
  return given.length > 0 ? Math.min(...given) : undefined;
};

const isMoved = ({ mutations }: Pick<WriteBackResult, 'mutations'>): boolean =>
  mutations.some(({ kind }) => kind === 'issueUpdate');

const nextReadiness = (
  feature: WriteBackResult['feature'],
  {
    settings,
    isPendingAgain,
    mayBeOffered,
    isHeld,
    waiting,
    now,
  }: {
    settings: Settings;
    isPendingAgain: boolean;
    mayBeOffered: boolean;
    isHeld: boolean;
    waiting: number;
    now: number;
  },
): Readiness => {
  const waits = isPendingAgain || feature.status === 'pending';
  if (!waits || !(mayBeOffered || isHeld)) return {};
  const offer = isPendingAgain ? { ...feature, readyAt: undefined, claimAt: undefined } : feature;
  const timeoutMs = dispatchMs(settings);
  return readinessOf(offer, { dispatch: settings.dispatch, isHeld, waiting, timeoutMs, now });
};
