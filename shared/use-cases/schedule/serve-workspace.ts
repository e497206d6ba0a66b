import { ulid } from 'ulid';
import type { Features } from '../../data/features/features.ts';
import type { Leases } from '../../data/schedule/leases.ts';
import type { History } from '../../data/workspaces/history.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { isDue } from '../../domain/schedule/due.ts';
import { isPaused } from '../../domain/workspaces/pause.ts';
import type { Processed, ProcessFeatures } from '../features/processing/process-features.ts';
import type { RunDuties } from './run-duties.ts';
import { parkFeatures, startWorker } from './worker.ts';

/** Longer than the function may run (55 s), and over by the tick after the next. */
const LEASE_MS = 60_000;
const MOST_ERRORS = 50;
/** Counts that make a run worth a row of history. */
const TELLING = ['written', 'refused', 'superseded', 'announced', 'reopened'];

type Deps = {
  workspaces: Workspaces;
  features: Features;
  leases: Leases;
  history: History;
  processFeatures: ProcessFeatures;
  runDuties: RunDuties;
  log: (message: string, fields: Record<string, unknown>) => void;
  sleep: (ms: number) => Promise<void>;
  now: Now;
};

/** `busy`: another worker serves it and was asked to continue. `paused`: Linear or the connection allows nothing now. */
export type Served = 'served' | 'busy' | 'paused';

type Options = {
  /** Nothing is begun after this, in epoch milliseconds. */
  deadline: number;
  /** Look for more until nothing has come for a second. */
  stay?: boolean;
};

/**
 * Serves one workspace: processes these features and, if they are due, does its own duties, so that a stream of kicks
 * cannot delay them. A workspace has one worker at a time. A second worker tells the first that there is more to do,
 * and leaves.
 */
export const serveWorkspace = (deps: Deps) => {
  const { workspaces, features, leases, history, now } = deps;

  const noteWriteBack = async (
    workspaceId: string,
    startedAt: number,
    { counts, refusals, error }: Processed,
  ): Promise<void> => {
    if (!error && !TELLING.some((word) => counts[word])) return;
    await history.put({
      workspaceId,
      id: ulid(startedAt),
      kind: 'write_back',
      outcome: error ? 'failed' : 'done',
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(now()).toISOString(),
      counts,
      errors: [...refusals, ...(error ? [error.message] : [])].slice(0, MOST_ERRORS),
    });
  };

  return async (
    workspaceId: string,
    featureIds: readonly string[],
    { deadline, stay = false }: Options,
  ): Promise<Served> => {
    const lease = `work#${workspaceId}`;
    const holder = ulid();
    const take = () => leases.take(lease, holder, LEASE_MS, now());
    // The holder may release it between the two attempts.
    if (!(await take()) && ((await leases.ask(lease, now())) || !(await take()))) return 'busy';
    let isHeld = true;
    try {
      const workspace = await workspaces.get(workspaceId);
      if (!workspace) {
        await parkFeatures(features, featureIds);
        return 'served';
      }
      if (isPaused(workspace, now())) return 'paused';

      const startedAt = now();
      const worker = startWorker(deps, workspace, deadline);
      const serveFeatures = () => worker.processFeatures(featureIds);
      const serveItself = async () => isDue(workspace, now()) && worker.runDuties();
      // Features come first. After a revocation the duties do, because the probe has to decide about the connection.
      const steps = workspace.revokedAt ? [serveItself, serveFeatures] : [serveFeatures, serveItself];
      for (const step of steps) await step();
      for (let more = stay; isHeld && !worker.isPaused() && now() < deadline; more = true) {
        if (more) await worker.untilQuiet();
        isHeld = (await leases.releaseUnlessAsked(lease, holder)) === 'asked';
      }
      if (workspace.outages > 0 && worker.hasAnswered()) await workspaces.recovered(workspace);
      await noteWriteBack(workspaceId, startedAt, worker.processed());
      return worker.isPaused() ? 'paused' : 'served';
    } finally {
      if (isHeld) await leases.release(lease, holder);
    }
  };
};

export type ServeWorkspace = ReturnType<typeof serveWorkspace>;
