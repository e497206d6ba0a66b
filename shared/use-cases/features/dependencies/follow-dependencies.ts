import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { FeatureRow, ListedFeature } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import type { Now } from '../../../domain/clock.ts';
import { mayBeAwaited, withAwaited } from '../../../domain/features/awaited.ts';
import { MOST_WAITING } from '../../../domain/features/claim-place.ts';
import {
  type Blocker,
  isBlocked,
  type KnownBlocker,
  stored,
  toldOf,
} from '../../../domain/features/dependencies.ts';
import { isListed } from '../../../domain/features/feature.ts';
import { derivedId } from '../../../domain/ids.ts';
import { FORGOTTEN_AFTER_MS } from '../../../domain/mirror/sync.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { Reading } from '../processing/read-issues.ts';
import { findCircles } from './find-circles.ts';

/** An issue whose dependents are being told is read again this much later. */
const TOLD_AFTER_MS = 2_000;
/** How often the bitmap is tried to be saved while others change it. */
const ATTEMPTS = 5;

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

/** What a read says about the blockers of a feature. `blockers`: undefined if it does not depend on any. */
type Seen = {
  feature: ListedFeature;
  blockers: readonly Blocker[] | undefined;
  hidden: number;
  added: readonly Blocker[];
  changed: readonly Blocker[];
  dropped: readonly string[];
};

const issueIdOf = ({ linearIssueId }: { linearIssueId: string }): string => linearIssueId;

/**
 * Records what was read about the blockers of features, except on the features themselves: the rows by which they are
 * found when a blocker is done, and the rows of the blockers. It comes before the features are settled, so that from
 * then on no change of a blocker is missed.
 */
export const followDependencies = (deps: Deps) => {
  const { workspaces, features, dependencies, now } = deps;
  const circlesAmong = findCircles(deps);

  /** Notes on the row of each blocker that features depend on it. Answers those rows and what their features know. */
  const noteBlockers = async (workspaceId: string, seen: readonly Seen[]) => {
    const added = new Set(seen.flatMap((each) => each.added.map(issueIdOf)));
    const blockers = new Map(
      seen.flatMap((each) =>
        [...each.added, ...each.changed].map((blocker) => [blocker.linearIssueId, blocker]),
      ),
    );
    const ids = [...blockers.keys()].map((linearIssueId) => derivedId('feature', linearIssueId));
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
        await features.makeBlockerDue(keys, now());
    });
    return { rows, beingTold };
  };

  /** Lets webhooks know that features depend on these issues. */
  const saveAwaited = async (workspace: WorkspaceRow, issueIds: readonly string[]): Promise<void> => {
    let row: WorkspaceRow | undefined = workspace;
    for (let attempt = 0; attempt < ATTEMPTS && row; attempt++) {
      if (await workspaces.saveAwaited(row, withAwaited(row.awaited, issueIds))) return;
      row = await workspaces.get(workspace.id);
    }
  };

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
    const { rows, beingTold } = await noteBlockers(workspace.id, seen);
    const newlyAwaited = new Set(
      newRows.flatMap(({ blockerId }) => (mayBeAwaited(workspace.awaited, blockerId) ? [] : [blockerId])),
    );
    if (newlyAwaited.size > 0) await saveAwaited(workspace, [...newlyAwaited]);
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

/** Compares what was read with the row. Only a feature that qualifies and is open in Linear has dependencies. */
const seenOf = (feature: ListedFeature, { blockers: read }: Reading): Seen => {
  const before = new Map((feature.blockers ?? []).map((blocker) => [blocker.linearIssueId, blocker]));
  const isKept = feature.claimIn !== undefined && feature.withdrawn === undefined;
  const found = isKept ? read?.get(feature.linearIssueId) : undefined;
  const blockers = found && stored(found.blockers);
  const after = new Set(blockers?.map(issueIdOf));
  return {
    feature,
    blockers,
    hidden: found?.hidden ?? 0,
    added: blockers?.filter(({ linearIssueId }) => !before.has(linearIssueId)) ?? [],
    changed:
      blockers?.filter(({ linearIssueId, state }) => {
        const known = before.get(linearIssueId);
        return known !== undefined && known.state !== state;
      }) ?? [],
    dropped: [...before.keys()].filter((id) => !after.has(id)),
  };
};

/** The feature with the blockers that were read. Whether a blocker is a feature is known for those that are news. */
const withBlockers = (
  { feature, blockers, hidden }: Seen,
  rows: ReadonlyMap<string, FeatureRow>,
): ListedFeature => {
  const before = new Map(
    (feature.blockers ?? []).map((blocker) => [blocker.linearIssueId, blocker.featureId]),
  );
  const known = blockers?.map((blocker): KnownBlocker => {
    const row = rows.get(blocker.linearIssueId);
    const featureId = row && isListed(row) ? row.id : before.get(blocker.linearIssueId);
    return featureId === undefined ? { ...blocker } : { ...blocker, featureId };
  });
  return { ...feature, blockers: known, hiddenBlockers: hidden > 0 ? hidden : undefined };
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
