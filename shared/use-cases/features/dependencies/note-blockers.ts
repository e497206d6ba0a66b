import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { Now } from '../../../domain/clock.ts';
import { toldOf } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Seen } from './seen-blockers.ts';

/** What was found on the rows of blocking issues, which are named by their ids. */
export type NotedBlockers = {
  rows: ReadonlyMap<string, FeatureRow>;
  /** Their dependents are being told of a change. */
  beingTold: ReadonlySet<string>;
  /** They no longer block, and were open when that was last known. */
  lost: ReadonlySet<string>;
};

/**
 * Notes on the row of each new or changed blocker that features depend on it. A blocker becomes due if its other
 * dependents were told something else, if its place among the claimable features changes, or if it is gone.
 */
export const noteBlockers =
  ({ features, now }: { features: Features; now: Now }) =>
  async (workspaceId: string, seen: readonly Seen[]): Promise<NotedBlockers> => {
    const added = new Set(seen.flatMap((each) => each.added.map(({ linearIssueId }) => linearIssueId)));
    const blockers = new Map(
      seen.flatMap((each) =>
        [...each.added, ...each.changed].map((blocker) => [blocker.linearIssueId, blocker]),
      ),
    );
    const dropped = seen.flatMap((each) => each.dropped).filter((id) => !blockers.has(id));
    const ids = [...new Set([...blockers.keys(), ...dropped])].map((id) => derivedId('feature', id));
    const ours = (await features.getMany(ids)).filter((row) => row.workspaceId === workspaceId);
    const rows = new Map(ours.map((row) => [row.linearIssueId, row]));
    const beingTold = new Set<string>();
    // Those were read just now, and a new due time would keep them from being settled.
    const isInBatch = new Set(seen.map(({ feature }) => feature.linearIssueId));
    await inParallel([...blockers.values()], async (blocker) => {
      const keys = { linearIssueId: blocker.linearIssueId, workspaceId };
      const row = rows.get(blocker.linearIssueId);
      const toldAs = row?.toldAs ?? (await features.noteDependents(keys, toldOf(blocker), now()));
      if (toldAs === 'telling') beingTold.add(blocker.linearIssueId);
      // Its place among the claimable ones depends on how many wait for it.
      const isOffered =
        added.has(blocker.linearIssueId) && row?.status === 'pending' && row.claimAt !== undefined;
      const isOutdated = toldAs !== 'telling' && toldAs !== toldOf(blocker);
      if ((isOffered || isOutdated) && !isInBatch.has(blocker.linearIssueId))
        await features.makeBlockerDue(keys, now(), { isDoubtful: isOutdated });
    });
    // The app may have lost sight of it. Its row has to know, so that its return is news.
    const lost = new Set(dropped.filter((id) => rows.get(id)?.toldAs === 'open' && !isInBatch.has(id)));
    await inParallel([...lost], (linearIssueId) =>
      features.makeBlockerDue({ linearIssueId, workspaceId }, now()),
    );
    return { rows, beingTold, lost };
  };
