import type { Features } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { backOffMs } from '../../domain/schedule/backoff.ts';
import { AppError } from '../../errors.ts';
import { inParallel } from '../../in-parallel.ts';
import { LinearError } from '../../linear/errors.ts';
import {
  merged,
  nothingProcessed,
  type Processed,
  type ProcessFeatures,
} from '../features/processing/process-features.ts';
import type { RunDuties } from './run-duties.ts';

/** Callers hold kicks back for 500 ms, so a worker that stays this long after its last find sees what they held back. */
const QUIET_MS = 1_000;
const POLL_EVERY_MS = 500;

type Deps = {
  workspaces: Workspaces;
  features: Features;
  processFeatures: ProcessFeatures;
  runDuties: RunDuties;
  log: (message: string, fields: Record<string, unknown>) => void;
  sleep: (ms: number) => Promise<void>;
  now: Now;
};

/** Takes features out of every due shard until their workspace is connected again. */
export const parkFeatures = async (features: Features, ids: readonly string[]): Promise<void> => {
  const rows = (await features.getMany(ids)).filter(({ dueAt }) => dueAt !== undefined);
  await inParallel(rows, (row) => features.park(row));
};

/** One worker on one workspace: it works step by step until `deadline` (epoch ms) and collects the results. */
export const startWorker = (
  { workspaces, features, processFeatures, runDuties, log, sleep, now }: Deps,
  workspace: WorkspaceRow,
  deadline: number,
) => {
  let processed: Processed = nothingProcessed;
  let isPaused = false;
  let isAnswered = false;
  let isFirstStep = true;

  /** Answers how many of the features were due. Reads the workspace's row unless it was `justRead`. */
  const processDue = async (ids: readonly string[], justRead?: WorkspaceRow): Promise<number> => {
    if (ids.length === 0) return 0;
    const current = justRead ?? (await workspaces.get(workspace.id));
    if (current?.connection !== 'connected') {
      await parkFeatures(features, ids);
      return 0;
    }
    const batch = await processFeatures(current, ids, deadline);
    processed = merged(processed, batch);
    if (batch.error) throw batch.error;
    isAnswered ||= batch.rows > 0;
    return batch.rows;
  };

  const pause = async ({ failure }: LinearError): Promise<void> => {
    isPaused = true;
    // A rate limit has already paused the workspace, until the time that Linear named.
    if (failure.is !== 'rate_limited')
      await workspaces.backOff(workspace, now() + backOffMs(workspace.outages + 1));
  };

  /** What failed stays due. An expected failure is logged; any other is thrown, so that an alarm rings. */
  const attempt = async (step: (justRead?: WorkspaceRow) => Promise<unknown>): Promise<void> => {
    if (isPaused || now() >= deadline) return;
    // Settings and connection may change during a step, even one that processes nothing.
    const justRead = isFirstStep ? workspace : undefined;
    isFirstStep = false;
    try {
      await step(justRead);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message: reason, detail } = error;
      log('workspace not served', { workspaceId: workspace.id, reason, detail });
      if (error instanceof LinearError) await pause(error);
    }
  };

  return {
    processFeatures: (ids: readonly string[]) => attempt((justRead) => processDue(ids, justRead)),

    /** Does the workspace's own duties, and processes the features that became due by them. */
    runDuties: () =>
      attempt(async () => {
        const woken = await runDuties(workspace, deadline);
        isAnswered = true;
        await processDue(woken);
      }),

    /** Processes what becomes due, until nothing has for a second. */
    untilQuiet: () =>
      attempt(async () => {
        for (let quietSince = now(); now() < deadline && now() - quietSince < QUIET_MS; ) {
          await sleep(POLL_EVERY_MS);
          const ids = await features.dueLately(workspace.id, now());
          if ((await processDue(ids)) > 0) quietSince = now();
        }
      }),

    isPaused: () => isPaused,
    /** Whether Linear answered, and did not fail after that. */
    hasAnswered: () => isAnswered && !isPaused,
    processed: () => processed,
  };
};
