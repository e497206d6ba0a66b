import { ulid } from 'ulid';
import type { Leases } from '../../../data/schedule/leases.ts';
import type { Now } from '../../../domain/clock.ts';
import { READING_ALIVE_MS } from '../../../domain/planning/session.ts';
import type { ReadSession, SessionRead } from './read-session.ts';
import type { DueSessions } from './start-due-sessions.ts';

/** A session that changes this often while it is read waits for the next tick. */
const MOST_ROUNDS = 3;

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
    for (const sessionId of sessionIds) {
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
