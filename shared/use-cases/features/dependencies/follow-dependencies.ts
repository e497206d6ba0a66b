import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { ListedFeature } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import type { Now } from '../../../domain/clock.ts';
import { mayBeAwaited, withAwaited } from '../../../domain/features/awaited.ts';
import { MOST_WAITING } from '../../../domain/features/claim-place.ts';
import { isBlocked } from '../../../domain/features/dependencies.ts';
import { FORGOTTEN_AFTER_MS } from '../../../domain/mirror/sync.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Reading } from '../processing/read-issues.ts';
import { alsoInCircle, lostFromCircles } from './circle-news.ts';
import { findCircles } from './find-circles.ts';
import { type NotedBlockers, noteBlockers } from './note-blockers.ts';
import { saveAwaited } from './save-awaited.ts';
import { type Seen, seenOf, withBlockers } from './seen-blockers.ts';

/** An issue whose dependents are being told is read again this much later. */
const TOLD_AFTER_MS = 2_000;

type Deps = {
  workspaces: Pick<Workspaces, 'get' | 'saveAwaited'>;
  features: Features;
  dependencies: Dependencies;
  now: Now;
};

/** What settling a feature has to know about its dependencies. */
export type DependencyNote = {
  /** How many others wait for it. */
  waiting: number;
  /** When (epoch ms) it has to be read again, because a change of a blocker may go unnoticed until then. */
  again: number | undefined;
  /** Issues that no longer block it. They are dropped once its row says so. */
  dropped: readonly string[];
  /** Other members of its previous and its present circle, if they differ. Each has to look for it too. */
  alsoInCircle: readonly string[];
};

/** Features with their blockers as they were read, and what is noted of each, by its id. */
export type Followed = { features: ListedFeature[]; notes: ReadonlyMap<string, DependencyNote> };

/**
 * Records what was read about the blockers of features, except on the features themselves: the rows by which they are
 * found when a blocker is done, and the rows of the blockers. It comes before the features are settled, so that from
 * then on no change of a blocker is missed.
 */
export const followDependencies = (deps: Deps) => {
  const { features, dependencies, now } = deps;
  const circlesAmong = findCircles(deps);
  const note = noteBlockers(deps);
  const save = saveAwaited(deps);

  const waitingFor = async ({ workspaceId, linearIssueId }: ListedFeature): Promise<number> => {
    const of = { workspaceId, blockerId: linearIssueId };
    return dependencies.count(of, MOST_WAITING);
  };

  return async (
    workspace: WorkspaceRow,
    listed: readonly ListedFeature[],
    reading: Reading,
  ): Promise<Followed> => {
    const seen = listed.map((feature) => seenOf(feature, reading));
    const newRows = seen.flatMap(({ feature, added }) =>
      added.map(({ linearIssueId }) => ({
        workspaceId: workspace.id,
        blockerId: linearIssueId,
        featureId: feature.id,
      })),
    );
    await inParallel(newRows, (dependency) => dependencies.put(dependency, now()));
    const noted = await note(workspace.id, seen);
    const newlyAwaited = new Set(
      newRows.flatMap(({ blockerId }) => (mayBeAwaited(workspace.awaited, blockerId) ? [] : [blockerId])),
    );
    if (newlyAwaited.size > 0) await save(workspace, [...newlyAwaited]);
    const awaited = newlyAwaited.size > 0 ? withAwaited(workspace.awaited, newlyAwaited) : workspace.awaited;

    const followed = seen.map((each) => withBlockers(each, noted.rows));
    const circles = await circlesAmong(workspace.id, followed, lostFromCircles(seen));
    await inParallel(circles.unaware, (id) => features.makeDependentDue(id, workspace.id, now()));
    const blocked = new Set(followed.filter(isBlocked).map(({ id }) => id));
    const notes = await inParallel(seen, async (each) => {
      const { id, linearIssueId, status } = each.feature;
      const isOffered = status === 'pending' && !blocked.has(id);
      const note: DependencyNote = {
        waiting: isOffered && mayBeAwaited(awaited, linearIssueId) ? await waitingFor(each.feature) : 0,
        again: againAt(each, { ...noted, newlyAwaited, now: now() }),
        dropped: each.dropped,
        alsoInCircle: alsoInCircle(each, circles.of.get(id)),
      };
      return [id, note] as const;
    });
    return {
      features: followed.map((feature) => ({ ...feature, cycle: circles.of.get(feature.id) })),
      notes: new Map(notes),
    };
  };
};

/**
 * When a feature has to be read again: those that depend on a blocker are being told without it, functions may not know
 * yet that a blocker is awaited, or a blocker that is out of sight may be back before its row knows that it was gone.
 */
const againAt = (
  { added, dropped }: Seen,
  {
    newlyAwaited,
    beingTold,
    lost,
    now,
  }: Omit<NotedBlockers, 'rows'> & { newlyAwaited: ReadonlySet<string>; now: number },
): number | undefined => {
  if (added.some(({ linearIssueId }) => beingTold.has(linearIssueId))) return now + TOLD_AFTER_MS;
  const isUncertain =
    added.some(({ linearIssueId }) => newlyAwaited.has(linearIssueId)) || dropped.some((id) => lost.has(id));
  return isUncertain ? now + FORGOTTEN_AFTER_MS : undefined;
};
