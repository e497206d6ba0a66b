import { ulid } from 'ulid';
import type { Sessions } from '../../../data/planning/sessions.ts';
import type { Leases } from '../../../data/schedule/leases.ts';
import type { Now } from '../../../domain/clock.ts';
import { READING_ALIVE_MS } from '../../../domain/planning/session.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { ReadSession, SessionRead } from './read-session.ts';

/** Sessions of one workspace that one invocation reads. What is left stays due. */
const SESSIONS_AT_MOST = 25;
const HANDOVERS_AT_ONCE = 8;
/** A session that changes this often while it is read waits for the next tick. */
const MOST_ROUNDS = 3;

/** Sessions of one workspace whose pages are to be read. */
export type DueSessions = { workspaceId: string; sessionIds: readonly string[] };

type ServeDeps = {
  leases: Leases;
  readSession: ReadSession;
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Tells the operator that a session could not be read because of a fault of ours. */
  logError: (message: string, fields: Record<string, unknown>) => void;
  now: Now;
};

/**
 * Reads the pages of sessions, one after another, and begins none after `deadline` (epoch ms). A session that fails does
 * not affect the others; what failed is thrown at the end. The lease only saves requests: readings rely on their rows.
 */
export const serveSessions = ({ leases, readSession, log, logError, now }: ServeDeps) => {
  const serve = async (sessionId: string, deadline: number): Promise<SessionRead | 'busy'> => {
    const [lease, holder] = [`planning#${sessionId}`, ulid()];
    if (!(await leases.take(lease, holder, READING_ALIVE_MS, now()))) return 'busy';
    try {
      let outcome = await readSession(sessionId, deadline);
      // Another reading was asked for meanwhile, or something else changed the session.
      for (let round = 1; outcome === 'moved' && round < MOST_ROUNDS && now() < deadline; round++)
        outcome = await readSession(sessionId, deadline);
      return outcome;
    } finally {
      await leases.release(lease, holder);
    }
  };

  return async ({ workspaceId, sessionIds }: DueSessions, deadline: number): Promise<void> => {
    const failures: unknown[] = [];
    for (const sessionId of sessionIds.slice(0, SESSIONS_AT_MOST)) {
      if (now() >= deadline) break;
      try {
        const outcome = await serve(sessionId, deadline);
        log('plan', { workspaceId, sessionId, outcome });
      } catch (error) {
        logError('plan', { workspaceId, sessionId, outcome: 'failed', error });
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} sessions failed.`);
  };
};

export type ServeSessions = ReturnType<typeof serveSessions>;

type TickDeps = {
  sessions: Sessions;
  /** Hands the sessions of a workspace over to another invocation. */
  handOver: (due: DueSessions) => Promise<void>;
  now: Now;
};

/**
 * One tick of the schedule: hands over the due sessions, workspace by workspace, so that a slow site holds up nobody
 * else's. An idle tick costs one query. Answers how many sessions were due.
 */
export const startDueSessions =
  ({ sessions, handOver, now }: TickDeps) =>
  async (): Promise<number> => {
    const due = await sessions.due(now());
    const byWorkspace = Map.groupBy(due, ({ workspaceId }) => workspaceId);
    await inParallel(
      [...byWorkspace],
      ([workspaceId, keys]) =>
        handOver({ workspaceId, sessionIds: keys.slice(0, SESSIONS_AT_MOST).map(({ id }) => id) }),
      HANDOVERS_AT_ONCE,
    );
    return due.length;
  };

export type StartDueSessions = ReturnType<typeof startDueSessions>;
