import type { Sessions } from '../../../data/planning/sessions.ts';
import type { Now } from '../../../domain/clock.ts';
import { inParallel } from '../../../in-parallel.ts';

/** Sessions of one workspace that one invocation reads. What is left stays due. */
const SESSIONS_AT_MOST = 25;
const HANDOVERS_AT_ONCE = 8;

/** Sessions of one workspace whose pages are to be read. */
export type DueSessions = { workspaceId: string; sessionIds: readonly string[] };

type Deps = {
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
  ({ sessions, handOver, now }: Deps) =>
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
