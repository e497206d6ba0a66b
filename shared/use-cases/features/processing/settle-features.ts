import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { Projects } from '../../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { type Counts, sumCounts } from '../../../domain/counts.ts';
import { lapseDueAt } from '../../../domain/features/lapse.ts';
import { isActive } from '../../../domain/mirror/project.ts';
import { isOpen } from '../../../domain/mirror/workflow-state.ts';
import type { Settings } from '../../../domain/workspaces/settings.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { DependencyNote } from '../dependencies/follow-dependencies.ts';
import { decisionOf } from './settlement.ts';
import type { WriteBackResult } from './write-back-plan.ts';

/** What settling features came to: counts, refusals for people to read, and the ids of the features to announce. */
export type Settled = { counts: Counts; refusals: string[]; toAnnounce: string[] };

type Deps = {
  features: Features;
  dependencies: Pick<Dependencies, 'drop'>;
  projects: Pick<Projects, 'getMany'>;
  now: Now;
};

/** What is known of the dependencies of features, by their ids, from the read that began at `readAt` (epoch ms). */
export type Known = { notes: ReadonlyMap<string, DependencyNote>; readAt: number };

/**
 * Settles features that were written back: posted outcomes are no longer owed, reopened features are pending, and
 * what may be handed out is ready.
 */
export const settleFeatures = ({ features, dependencies, projects, now }: Deps) => {
  /**
   * When (epoch ms) the lease of each feature has to be handled, by the feature's id. A lease that expired in a
   * closed project is left alone if the workspace uses `pull`, because nobody can claim there.
   */
  const lapseTimes = async (
    settings: Settings,
    results: readonly WriteBackResult[],
  ): Promise<ReadonlyMap<string, number>> => {
    const leases = results.flatMap(({ feature: { id, projectId, issue }, feature }) => {
      const at = isOpen(issue.state.type) ? lapseDueAt(feature, settings) : undefined;
      return at === undefined ? [] : [{ id, projectId, at }];
    });
    const at = now();
    const expired = leases.filter((lease) => lease.at <= at);
    if (settings.dispatch === 'push' || expired.length === 0) return timesOf(leases);
    const rows = await projects.getMany([...new Set(expired.map(({ projectId }) => projectId))]);
    const open = new Set(rows.filter(isActive).map(({ id }) => id));
    return timesOf(leases.filter((lease) => lease.at > at || open.has(lease.projectId)));
  };

  /** What follows from dependencies once the feature's row shows them. */
  const followUp = async ({ id, workspaceId }: FeatureRow, { notes, readAt }: Known): Promise<void> => {
    const { dropped = [], alsoInCircle = [] } = notes.get(id) ?? {};
    for (const blockerId of dropped)
      await dependencies.drop({ workspaceId, blockerId, featureId: id }, readAt);
    for (const other of alsoInCircle) await features.makeDependentDue(other, workspaceId, now());
  };

  const settleOne = async (
    result: WriteBackResult,
    { settings, lapseAt, known }: { settings: Settings; lapseAt: number | undefined; known: Known },
  ): Promise<Settled> => {
    const { feature } = result;
    const decision = decisionOf(result, {
      settings,
      lapseAt,
      dependencies: known.notes.get(feature.id),
      now: now(),
    });
    if (decision.is === 'undone') {
      const { until, undoneTries } = decision;
      await features.postpone(feature, until, { undoneTries });
      return { ...nothingSettled, counts: { undone: 1 } };
    }
    if (decision.is === 'lapsed') {
      const isNoted = await features.noteLapse(feature, now());
      return { ...nothingSettled, counts: sumCounts({ lapsed: Number(isNoted) }) };
    }
    const { settlement, isWritten, isToAnnounce } = decision;
    const { failure, reopened, takenBack, ready, held } = settlement;
    const isSettled = (await features.settle(feature, settlement, now())) === 'settled';
    if (isSettled) await followUp(feature, known);
    const did = {
      written: isWritten,
      refused: failure !== undefined,
      superseded: result.superseded,
      reopened: isSettled && reopened,
      taken_back: isSettled && takenBack,
      ready: isSettled && ready !== undefined,
      held: isSettled && held,
    };
    return {
      counts: Object.fromEntries(Object.entries(did).flatMap(([word, isSo]) => (isSo ? [[word, 1]] : []))),
      refusals: failure ? [`${feature.issue.identifier}: ${failure}`] : [],
      toAnnounce: isToAnnounce ? [feature.id] : [],
    };
  };

  return async (
    { settings }: WorkspaceRow,
    results: readonly WriteBackResult[],
    known: Known,
  ): Promise<Settled> => {
    const lapses = await lapseTimes(settings, results);
    const each = await inParallel(results, (result) =>
      settleOne(result, { settings, lapseAt: lapses.get(result.feature.id), known }),
    );
    return mergeSettled(...each);
  };
};

const timesOf = (leases: readonly { id: string; at: number }[]): ReadonlyMap<string, number> =>
  new Map(leases.map(({ id, at }) => [id, at]));

const nothingSettled: Settled = { counts: {}, refusals: [], toAnnounce: [] };

export const mergeSettled = (...all: readonly Settled[]): Settled => ({
  counts: sumCounts(...all.map(({ counts }) => counts)),
  refusals: all.flatMap(({ refusals }) => refusals),
  toAnnounce: all.flatMap(({ toAnnounce }) => toAnnounce),
});
