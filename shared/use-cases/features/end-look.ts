import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { ANNOUNCE_AGAIN_MS, type Readiness, readinessOf } from '../../domain/features/dispatch.ts';
import { lapseLookAt } from '../../domain/features/lapse.ts';
import { asksForAnotherGo, isOurs } from '../../domain/features/write-back.ts';
import { isActive } from '../../domain/mirror/project.ts';
import { isOpen } from '../../domain/mirror/workflow-state.ts';
import { dispatchMs, type Settings } from '../../domain/workspaces/settings.ts';
import { inParallel } from '../../in-parallel.ts';
import type { Told } from './write-back.ts';

/** Linear gives no reason, so it may pass: tried again after 1, 2, 4 and 8 minutes, and then told to people. */
const UNDONE_TRIES = 5;
const UNDONE_MS = 60_000;
const UNDONE = `Linear answered ${UNDONE_TRIES} times, without a reason, that it did not do what it was asked.`;

/** A lease that ran out is looked at again after this, where the look met a refusal: it may be for good. */
const REFUSED_MS = 15 * 60_000;

/** What ending looks came to: in words to count, in refusals for people, and which features to announce. */
export type Ended = { words: string[]; refusals: string[]; toAnnounce: string[] };

type Deps = { features: Features; projects: Pick<Projects, 'getMany'>; now: Now };

/**
 * Ends the looks at features that Linear was told of: what was told is no longer owed, what a human put back is
 * pending again, and what may be handed out is ready.
 */
export const endLook = ({ features, projects, now }: Deps) => {
  /**
   * When (epoch ms) a look has to see to the lease of a feature, by its id. Not where it ran out in a closed project
   * of a workspace that pulls: nobody can claim there.
   */
  const lapsesOf = async (settings: Settings, told: readonly Told[]): Promise<Map<string, number>> => {
    const lapses = new Map<string, number>();
    for (const { feature } of told) {
      const at = isOpen(feature.issue.state.type) ? lapseLookAt(feature, settings) : undefined;
      if (at !== undefined) lapses.set(feature.id, at);
    }
    const over = told.filter(({ feature }) => (lapses.get(feature.id) ?? now() + 1) <= now());
    if (settings.dispatch === 'push' || over.length === 0) return lapses;
    const around = await projects.getMany([...new Set(over.map(({ feature }) => feature.projectId))]);
    const open = new Set(around.filter(isActive).map(({ id }) => id));
    for (const { feature } of over) if (!open.has(feature.projectId)) lapses.delete(feature.id);
    return lapses;
  };

  return async ({ settings }: WorkspaceRow, told: readonly Told[]): Promise<Ended> => {
    const ended: Ended = { words: [], refusals: [], toAnnounce: [] };
    const lapses = await lapsesOf(settings, told);
    await inParallel(told, async ({ feature, undone, ...plan }) => {
      if (undone && feature.undoneTries + 1 < UNDONE_TRIES) {
        const undoneTries = feature.undoneTries + 1;
        await features.postpone(feature, now() + UNDONE_MS * 2 ** feature.undoneTries, { undoneTries });
        ended.words.push('undone');
        return;
      }
      const moveRefused = plan.moveRefused ?? (undone ? UNDONE : undefined);
      const refused = plan.failure ?? moveRefused;
      const failure = refused ?? plan.leftAlone;
      const { state } = feature.issue;
      const isOpenHere = feature.withdrawn === undefined && isOpen(state.type);
      const mayBeOffered = isOpenHere && !refused;
      const lapseAt = lapses.get(feature.id);
      const isOver = lapseAt !== undefined && lapseAt <= now();
      const isDone = plan.mutations.length === 0 && plan.posted.length === 0;
      if (isOver && isDone && settings.dispatch === 'pull' && feature.claimAt !== undefined) {
        if (await features.noteLapse(feature, now())) ended.words.push('lapsed');
        return;
      }
      const takenBack = isOver && mayBeOffered && settings.dispatch === 'push';
      const reopened = mayBeOffered && settings.reopen !== false && asksForAnotherGo(feature, state);
      const isPendingAgain = reopened || takenBack;
      const offer = isPendingAgain ? { ...feature, readyAt: undefined, claimAt: undefined } : feature;
      const waits = isPendingAgain || feature.status === 'pending';
      // What Linear refused says nothing of the sub-issues: readiness is taken back all the same.
      const isHeld = isOpenHere && feature.heldBySubIssues === true;
      const offering = { dispatch: settings.dispatch, isHeld, timeoutMs: dispatchMs(settings), now: now() };
      const { ready, held, again }: Readiness =
        waits && (mayBeOffered || isHeld) ? readinessOf(offer, offering) : {};
      const lookAtLease = isOver ? now() + (refused ? REFUSED_MS : 0) : lapseAt;
      const answer = await features.settle(
        feature,
        {
          posted: plan.posted,
          ready,
          held,
          reopened,
          takenBack,
          writtenStateId: moveRefused ? (isOurs(feature, state) ? state.id : undefined) : plan.leftIn,
          settledStateId: moveRefused ? state.id : plan.settledIn,
          failure,
          // Until it was announced it stays due, for a crash may come first.
          again: ready === 'push' ? now() + ANNOUNCE_AGAIN_MS : (again ?? lookAtLease),
        },
        now(),
      );
      if ((feature.readyAt !== undefined && !held) || ready === 'push') ended.toAnnounce.push(feature.id);
      if (failure) ended.refusals.push(`${feature.issue.identifier}: ${failure}`);
      const isSettled = answer === 'settled';
      const did = {
        written: plan.mutations.length > 0 && !refused,
        refused: failure !== undefined,
        superseded: plan.superseded,
        reopened: isSettled && reopened,
        taken_back: isSettled && takenBack,
        ready: isSettled && ready !== undefined,
        held: isSettled && held === true,
      };
      for (const [word, isSo] of Object.entries(did)) if (isSo) ended.words.push(word);
    });
    return ended;
  };
};
