import type { Projects } from '../../../data/mirror/projects.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Sessions } from '../../../data/planning/sessions.ts';
import type { Now } from '../../../domain/clock.ts';
import { isReadOtherwise, type SessionChanges } from '../../../domain/planning/session.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { DueSessions } from '../reading/start-due-sessions.ts';
import { hasEnded } from './has-ended.ts';
import { teamOf } from './team-of.ts';

type Deps = {
  sessions: Sessions;
  projects: Pick<Projects, 'get'>;
  startReading: (of: DueSessions) => Promise<void>;
  now: Now;
};

/** How often a change is made anew because something else changed the session meanwhile. */
const MOST_TRIES = 5;

/**
 * Changes what people say about a session. If that makes the page read otherwise, it is read now. Throws `invalid_input`
 * for a team that the project does not belong to, and `conflict` if the session has ended.
 */
export const changeSession = ({ sessions, projects, startReading, now }: Deps) => {
  /** The team that a change leads to; `undefined` if it is about something else. */
  const teamAfter = async (
    { workspaceId, projectId }: SessionRow,
    { teamId }: SessionChanges,
  ): Promise<string | null | undefined> => {
    if (teamId === undefined) return undefined;
    const project = await projects.get(projectId);
    if (project?.workspaceId !== workspaceId)
      throw new AppError('conflict', 'The project of this session no longer belongs to its workspace.');
    return teamOf(project, teamId) ?? null;
  };

  const current = async (id: string): Promise<SessionRow> => {
    const row = await sessions.get(id);
    if (!row) throw notFound('planning session');
    return row;
  };

  return async ({ id }: Pick<SessionRow, 'id'>, changes: SessionChanges): Promise<SessionRow> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const row = await current(id);
      if (row.endedAt) throw hasEnded();
      const teamId = await teamAfter(row, changes);
      if (!(await sessions.change(row, { ...changes, teamId }, now()))) continue;
      if (isReadOtherwise(row, changes))
        await startReading({ workspaceId: row.workspaceId, sessionIds: [id] });
      return current(id);
    }
    throw new AppError(
      'conflict',
      'Others are changing this session. Look at it, and send the request again.',
    );
  };
};

export type ChangeSession = ReturnType<typeof changeSession>;
