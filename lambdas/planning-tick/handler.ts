import { logger } from '../../shared/runtime/logger.ts';
import type { StartDueSessions } from '../../shared/use-cases/planning/reading/start-due-sessions.ts';

/** Invoked by the schedule: hands over the sessions whose pages are to be read. */
export const planningTick =
  ({ startDue }: { startDue: StartDueSessions }) =>
  async (): Promise<void> => {
    const due = await startDue();
    if (due > 0) logger.info('planning tick', { sessions: due });
  };
