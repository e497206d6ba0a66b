import { batched } from '../../../batched.ts';
import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { FeatureRow } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import type { Projects } from '../../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import type { Now } from '../../../domain/clock.ts';
import { type Counts, sumCounts } from '../../../domain/counts.ts';
import { isPlanned } from '../../../domain/mirror/cached-issue.ts';
import { isDue } from '../../../domain/schedule/due.ts';
import { completeSettings } from '../../../domain/workspaces/settings.ts';
import { LinearError } from '../../../linear/errors.ts';
import type { ApplyIssue } from '../../mirror/apply-issue.ts';
import type { CacheIssues } from '../../mirror/cache-issues.ts';
import type { Placements } from '../../mirror/placements.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import { followDependencies } from '../dependencies/follow-dependencies.ts';
import { tellDependents } from '../dependencies/tell-dependents.ts';
import type { Dispatch } from '../dispatch.ts';
import { applyReading } from './apply-reading.ts';
import { type Planned, planFeatures } from './plan-features.ts';
import { readIssues } from './read-issues.ts';
import { type Known, mergeSettled, type Settled, settleFeatures } from './settle-features.ts';
import type { Stop, WriteBack } from './write-back.ts';
import type { WriteBackResult } from './write-back-plan.ts';

/** Linear answers at most 250 nodes, both of issues and of comments. */
const NODES = 250;
/** A mutation that got no answer may still be applied. It has settled after this. */
const AMBIGUOUS_MS = 60_000;

type Deps = {
  workspaces: Pick<Workspaces, 'followStates' | 'get' | 'saveAwaited'>;
  features: Features;
  dependencies: Dependencies;
  projects: Pick<Projects, 'getMany'>;
  placements: Placements;
  apply: ApplyIssue;
  cacheIssues: CacheIssues;
  linear: WithLinear;
  writeBack: WriteBack;
  dispatch: Dispatch;
  now: Now;
};

/** The result of processing features. */
export type Processed = {
  /** How many were due. */
  rows: number;
  counts: Counts;
  /** What Linear refused, for people to read. */
  refusals: readonly string[];
  /** Features that became due by it. */
  woken: readonly string[];
  /** Why processing ended early. */
  error?: LinearError | undefined;
};

type SentAndSettled = Settled & { heldBack: WriteBackResult[]; stop?: Stop };

/** A result without any features. */
export const nothingProcessed: Processed = { rows: 0, counts: {}, refusals: [], woken: [] };

const nothingPlanned: Planned = { plans: [], requests: 0 };

/**
 * Processes due features of one workspace: reads their issues, applies what was read to our rows, plans what Linear
 * is missing, sends it, and settles the rows, which hands out what is ready. Only this ends a due time, and only if
 * the row did not change meanwhile. No request is begun after `deadline` (epoch ms); what is left stays due.
 */
export const processFeatures = (deps: Deps) => {
  const { features, cacheIssues, writeBack, dispatch, now } = deps;
  const read = readIssues(deps);
  const apply = applyReading(deps);
  const { plan, planAgain } = planFeatures({ ...deps, read });
  const settle = settleFeatures(deps);
  const tell = tellDependents(deps);
  const follow = followDependencies(deps);

  /** Settles what was sent before it sends more, so that a crash costs one more read at most. */
  const sendAndSettle = async (
    workspace: WorkspaceRow,
    plans: readonly WriteBackResult[],
    {
      deadline,
      known,
      isHeldBack = () => false,
    }: { deadline: number; known: Known; isHeldBack?: (of: WriteBackResult) => boolean },
  ): Promise<SentAndSettled> => {
    const settled: Settled[] = [];
    const heldBack: WriteBackResult[] = [];
    const options = { workspace, batch: completeSettings(workspace.settings).writeBackBatch, deadline };
    for await (const sent of writeBack(plans, options)) {
      if (sent.is !== 'sent') return { ...mergeSettled(...settled), heldBack, stop: sent };
      const toSettle = sent.results.filter((result) => !isHeldBack(result));
      heldBack.push(...sent.results.filter(isHeldBack));
      settled.push(await settle(workspace, toSettle, known));
    }
    return { ...mergeSettled(...settled), heldBack };
  };

  const processBatch = async (
    workspace: WorkspaceRow,
    rows: readonly FeatureRow[],
    deadline: number,
  ): Promise<Processed> => {
    const readAt = now();
    const reading = await read(workspace, rows);
    const { woken, unfinished } = await tell(rows, reading, deadline);
    const toldRows = rows.filter((row) => !unfinished.has(row));
    const applied = await apply(workspace, toldRows, reading);
    const items = [...reading.issues.values()].filter(isPlanned);
    if (items.length > 0) await cacheIssues.listed(workspace.id, { items, unreadable: [] });
    const followed = await follow(workspace, applied.features, reading);
    const known = { notes: followed.notes, readAt };
    const planned = await plan(workspace, { ...applied, features: followed.features }, reading);
    const first = await sendAndSettle(workspace, planned.plans, {
      deadline,
      known,
      isHeldBack: isMoveRefused,
    });

    const isTriedAgain = !first.stop && first.heldBack.length > 0 && now() <= deadline;
    const replanned = isTriedAgain ? await planAgain(workspace, first.heldBack, reading) : nothingPlanned;
    const second = await sendAndSettle(workspace, replanned.plans, { deadline, known });

    const stop = first.stop ?? second.stop;
    const ambiguous = stop?.is === 'failed' ? stop.ambiguous : [];
    for (const { feature } of ambiguous) await features.postpone(feature, now() + AMBIGUOUS_MS);
    const settled = mergeSettled(first, second);
    const announced = await dispatch(workspace, settled.toAnnounce);
    return {
      rows: rows.length,
      counts: sumCounts(settled.counts, {
        requests: 1 + planned.requests + replanned.requests,
        refused: applied.refusals.length,
        announced,
      }),
      refusals: [...applied.refusals, ...settled.refusals],
      woken,
      error: stop?.is === 'failed' ? stop.error : undefined,
    };
  };

  const processDue = async (
    workspace: WorkspaceRow,
    ids: readonly string[],
    deadline: number,
  ): Promise<Processed> => {
    const due = (await features.getMany(ids)).filter(
      (row) => row.workspaceId === workspace.id && isDue(row, now()),
    );
    // Each batch fits one page of issues and one of comments.
    const batches = batched(due, {
      size: NODES,
      weight: ({ owed }) => Object.keys(owed).length,
      most: NODES,
    });
    let processed = nothingProcessed;
    for (const rows of batches) {
      if (processed.error || now() > deadline) break;
      const batch = await processBatch(workspace, rows, deadline).catch((error: unknown): Processed => {
        if (!(error instanceof LinearError)) throw error;
        return { ...nothingProcessed, rows: rows.length, error };
      });
      processed = merged(processed, batch);
    }
    return processed;
  };

  /** Those that became due by it are processed at once, up to one batch of them. The others stay due. */
  return async (workspace: WorkspaceRow, ids: readonly string[], deadline: number): Promise<Processed> => {
    const processed = await processDue(workspace, ids, deadline);
    const { error } = processed;
    // Several blockers of one feature may have told it.
    const woken = [...new Set(processed.woken)];
    if (error || woken.length === 0) return processed;
    return merged(processed, await processDue(workspace, woken.slice(0, NODES), deadline));
  };
};

/** A refused move is planned again once, unless part of the plan is retried later anyway. */
const isMoveRefused = ({ moveRefused, undone }: WriteBackResult): boolean =>
  moveRefused !== undefined && !undone;

/** The combined results of two batches. */
export const merged = (one: Processed, other: Processed): Processed => ({
  rows: one.rows + other.rows,
  counts: sumCounts(one.counts, other.counts),
  refusals: [...one.refusals, ...other.refusals],
  woken: [...one.woken, ...other.woken],
  error: one.error ?? other.error,
});

export type ProcessFeatures = ReturnType<typeof processFeatures>;
