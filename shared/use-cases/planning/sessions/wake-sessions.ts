import type { Sessions } from '../../../data/planning/sessions.ts';
import type { PageAfter } from '../../../data/table.ts';
import type { Now } from '../../../domain/clock.ts';
import { waitsForSite } from '../../../domain/planning/session.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { DueSessions } from '../reading/start-due-sessions.ts';

type Deps = { sessions: Sessions; startReading: (of: DueSessions) => Promise<void>; now: Now };

const SESSIONS_A_PAGE = 100;

/** Has the pages read, now, of the sessions of a workspace that wait for its Confluence site. */
export const wakeSessions =
  ({ sessions, startReading, now }: Deps) =>
  async (workspace: { id: string; tenancy: number }): Promise<void> => {
    let start: PageAfter['start'];
    do {
      const page = await sessions.listByWorkspace(workspace, { limit: SESSIONS_A_PAGE, start });
      const waiting = page.items.filter(waitsForSite);
      await inParallel(waiting, (session) => sessions.askReading(session, now()));
      if (waiting.length > 0)
        await startReading({ workspaceId: workspace.id, sessionIds: waiting.map(({ id }) => id) });
      start = page.next;
    } while (start);
  };

export type WakeSessions = ReturnType<typeof wakeSessions>;
