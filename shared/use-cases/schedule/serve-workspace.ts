import { ulid } from 'ulid';
import type { Features } from '../../data/features/features.ts';
import type { Leases } from '../../data/schedule/leases.ts';
import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { backOffMs } from '../../domain/schedule/backoff.ts';
import { isDue } from '../../domain/schedule/due.ts';
import { isPaused } from '../../domain/workspaces/pause.ts';
import { AppError } from '../../errors.ts';
import { inParallel } from '../../in-parallel.ts';
import { LinearError } from '../../linear/errors.ts';
import { type Look, type Looked, together } from '../features/look.ts';
import type { LookAtWorkspace } from './look-at-workspace.ts';

/** Longer than the function may run (55 s), and over by the tick after the next. */
const LEASE_MS = 60_000;
/** Callers hold kicks back for 500 ms, so a worker that stays this long after its last find sees what they held back. */
const QUIET_MS = 1_000;
const LOOK_EVERY_MS = 500;
const MOST_ERRORS = 50;
/** Counts that make a run worth a row of history. */
const TELLING = ['written', 'refused', 'superseded', 'announced', 'reopened'];

type Deps = {
  workspaces: Workspaces;
  features: Features;
  leases: Leases;
  history: History;
  look: Look;
  lookAtWorkspace: LookAtWorkspace;
  log: (message: string, fields: Record<string, unknown>) => void;
  sleep: (ms: number) => Promise<void>;
  now: Now;
};

/** `busy`: another worker serves it and was told to go on. `paused`: Linear or the connection allows nothing now. */
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
  const { workspaces, features, leases, history, look, lookAtWorkspace, log, sleep, now } = deps;

  const tell = async (workspaceId: string, startedAt: number, { counts, refusals, error }: Looked) => {
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

  const park = async (ids: readonly string[]): Promise<void> => {
    const rows = (await features.getMany(ids)).filter(({ dueAt }) => dueAt !== undefined);
    await inParallel(rows, (row) => features.park(row));
  };

  /** The work on one workspace, one step after another, and what has come of it so far. */
  const worker = (workspace: WorkspaceRow, deadline: number) => {
    let looked: Looked = { rows: 0, counts: {}, refusals: [] };
    let outcome: Served = 'served';
    let answered = false;
    let justRead: WorkspaceRow | undefined = workspace;

    /** Answers how many of the features were due. */
    const lookAt = async (ids: readonly string[]): Promise<number> => {
      if (ids.length === 0) return 0;
      // A worker stays while there is work, so settings and connection may have changed since it last processed.
      const current = justRead ?? (await workspaces.get(workspace.id));
      justRead = undefined;
      if (current?.connection !== 'connected') {
        await park(ids);
        return 0;
      }
      const done = await look(current, ids, deadline);
      looked = together(looked, done);
      if (done.error) throw done.error;
      answered ||= done.rows > 0;
      return done.rows;
    };

    /** What failed stays due. An expected failure is logged; any other is thrown, so that an alarm rings. */
    const attempt = async (duty: () => Promise<unknown>): Promise<void> => {
      if (outcome === 'paused' || now() >= deadline) return;
      try {
        await duty();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        log('workspace not served', {
          workspaceId: workspace.id,
          reason: error.message,
          detail: error.detail,
        });
        if (!(error instanceof LinearError)) return;
        outcome = 'paused';
        // A rate limit has already paused the workspace, until the time that Linear named.
        if (error.failure.is !== 'rate_limited')
          await workspaces.backOff(workspace, now() + backOffMs(workspace.outages + 1));
      }
    };

    return {
      lookAt,
      attempt,
      async untilQuiet(): Promise<void> {
        for (let quietSince = now(); now() < deadline && now() - quietSince < QUIET_MS; ) {
          await sleep(LOOK_EVERY_MS);
          if ((await lookAt(await features.dueLately(workspace.id, now()))) > 0) quietSince = now();
        }
      },
      /** Does the workspace's own duties. Answers the features that became due by them. */
      async lookAtItself(): Promise<string[]> {
        const woken = await lookAtWorkspace(workspace, deadline);
        answered = true;
        return woken;
      },
      outcome: () => outcome,
      hasAnswered: () => answered && outcome === 'served',
      looked: () => looked,
    };
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
        await park(featureIds);
        return 'served';
      }
      if (isPaused(workspace, now())) return 'paused';

      const startedAt = now();
      const { lookAt, lookAtItself, attempt, untilQuiet, outcome, hasAnswered, looked } = worker(
        workspace,
        deadline,
      );
      const serveFeatures = () => attempt(() => lookAt(featureIds));
      const serveItself = () => attempt(async () => isDue(workspace, now()) && lookAt(await lookAtItself()));
      // Features come first. After a revocation the duties do, because the probe has to decide about the connection.
      const duties = workspace.revokedAt ? [serveItself, serveFeatures] : [serveFeatures, serveItself];
      for (const duty of duties) await duty();
      for (let more = stay; isHeld && outcome() === 'served' && now() < deadline; more = true) {
        if (more) await attempt(untilQuiet);
        isHeld = (await leases.releaseUnlessAsked(lease, holder)) === 'asked';
      }
      if (workspace.outages > 0 && hasAnswered()) await workspaces.recovered(workspace);
      await tell(workspaceId, startedAt, looked());
      return outcome();
    } finally {
      if (isHeld) await leases.release(lease, holder);
    }
  };
};

export type ServeWorkspace = ReturnType<typeof serveWorkspace>;
