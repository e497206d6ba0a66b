import type { Db } from '../data/client.ts';
import { sessionsTable } from '../data/planning/sessions.ts';
import type { TableVariable } from '../data/tables.ts';
import type { Now } from '../domain/clock.ts';
import { type DueSessions, startDueSessions } from '../use-cases/planning/reading/start-due-sessions.ts';

/** Finds the planning sessions that are due. */
export const planningTickUseCases = (
  db: Db,
  tables: Record<TableVariable<'planning_sessions'>, string>,
  outside: { handOver: (due: DueSessions) => Promise<void>; now: Now },
) => ({
  startDue: startDueSessions({ ...outside, sessions: sessionsTable(db, tables.PLANNING_SESSIONS_TABLE) }),
});
