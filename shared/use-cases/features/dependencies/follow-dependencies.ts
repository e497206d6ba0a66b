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
import { findCircles } from './find-circles.ts';
import { noteBlockers } from './note-blockers.ts';
import { saveAwaited } from './save-awaited.ts';
import { seenOf, withBlockers } from './seen-blockers.ts';

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

const issueIdOf = ({ linearIssueId }: { linearIssueId: string }): string => linearIssueId;

/**
 * Records what was read about the blockers of features, except on the features themselves: the rows by which they are
 * found when a blocker is done, and the rows of the blockers. It comes before the features are settled, so that from
 * then on no change of a blocker is missed.
 */
export const followDependencies = (deps: Deps) => {
  const { dependencies, now } = deps;
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
    const { rows, beingTold } = await note(workspace.id, seen);
    const newlyAwaited = new Set(
      newRows.flatMap(({ blockerId }) => (mayBeAwaited(workspace.awaited, blockerId) ? [] : [blockerId])),
    );
    if (newlyAwaited.size > 0) await save(workspace, [...newlyAwaited]);
    const awaited = newlyAwaited.size > 0 ? withAwaited(workspace.awaited, newlyAwaited) : workspace.awaited;

    const followed = seen.map((each) => withBlockers(each, rows));
    const circles = await circlesAmong(workspace.id, followed);
    const blocked = new Set(followed.filter(isBlocked).map(({ id }) => id));
    const notes = await inParallel(seen, async ({ feature, added, dropped }) => {
      const { id, linearIssueId, status } = feature;
      const isOffered = status === 'pending' && !blocked.has(id);
      const note: DependencyNote = {
        waiting: isOffered && mayBeAwaited(awaited, linearIssueId) ? await waitingFor(feature) : 0,
        again: againAt(added.map(issueIdOf), { newlyAwaited, beingTold, now: now() }),
        dropped,
        alsoInCircle: newsOfCircle(feature, circles.get(id)),
      };
      return [id, note] as const;
    });
    return {
      features: followed.map((feature) => ({ ...feature, cycle: circles.get(feature.id) })),
      notes: new Map(notes),
    };
  };
};

/**
 * When a feature has to be read again: functions may not know yet that its blockers are awaited, or those that depend
 * on a blocker are being told without it.
 */
const againAt = (
  added: readonly string[],
  {
    newlyAwaited,
    beingTold,
    now,
  }: { newlyAwaited: ReadonlySet<string>; beingTold: ReadonlySet<string>; now: number },
): number | undefined => {
  if (added.some((id) => beingTold.has(id))) return now + TOLD_AFTER_MS;
  return added.some((id) => newlyAwaited.has(id)) ? now + FORGOTTEN_AFTER_MS : undefined;
};

type Circle = readonly { featureId: string }[];

const newsOfCircle = ({ id, cycle = [] }: ListedFeature, now: Circle = []): string[] => {
  const [before, after] = [cycle, now].map((circle) => circle.map(({ featureId }) => featureId));
  if (before?.toSorted().join() === after?.toSorted().join()) return [];
  return [...new Set([...(before ?? []), ...(after ?? [])])].filter((featureId) => featureId !== id);
};
