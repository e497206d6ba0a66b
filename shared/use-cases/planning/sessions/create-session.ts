import type { Projects } from '../../../data/mirror/projects.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Sessions } from '../../../data/planning/sessions.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { derivedId } from '../../../domain/ids.ts';
import { AppError } from '../../../errors.ts';
import type { DueSessions } from '../reading/start-due-sessions.ts';
import type { WithConfluence } from '../sites/with-confluence.ts';
import { findPage } from './find-page.ts';
import { invalid } from './invalid.ts';
import { teamOf } from './team-of.ts';

type Deps = {
  sessions: Sessions;
  projects: Projects;
  confluence: WithConfluence;
  /** Has the page read at once. */
  startReading: (of: DueSessions) => Promise<void>;
  now: Now;
};

export type SessionRequest = {
  confluencePageUrl: string;
  projectId: string;
  teamId?: string | undefined;
  title?: string | undefined;
};

/**
 * Plans a page into a project. A page has one session in a workspace: the same page answers the same session, and one
 * that was ended goes on. Throws `conflict` if the page is planned into another project.
 */
export const createSession = ({ sessions, projects, confluence, startReading, now }: Deps) => {
  const target = async (workspaceId: string, { projectId, teamId }: SessionRequest) => {
    const project = await projects.get(projectId);
    if (project?.workspaceId !== workspaceId)
      throw invalid(
        'projectId',
        'This workspace has no such project. GET /projects?workspaceId=… lists its projects.',
      );
    return { projectId, teamId: teamOf(project, teamId) };
  };

  const again = async (
    existing: SessionRow,
    wanted: Pick<SessionRow, 'projectId' | 'teamId' | 'title'>,
  ): Promise<SessionRow> => {
    const isRevived = existing.endedAt !== undefined && (await sessions.revive(existing, wanted, now()));
    const current = isRevived ? await sessions.get(existing.id) : existing;
    if (current?.projectId === wanted.projectId) return current;
    throw new AppError(
      'conflict',
      `This page is planned into another project already, by session ${existing.id}. End that session first.`,
    );
  };

  return async (
    workspace: WorkspaceRow,
    request: SessionRequest,
    sub: string,
  ): Promise<{ session: SessionRow; isNew: boolean }> => {
    const { id: workspaceId, tenancy } = workspace;
    const into = { ...(await target(workspaceId, request)), title: request.title };
    const { page, cloudId } = await confluence(workspaceId, async (api, site) => ({
      page: await findPage(api, request.confluencePageUrl, site.siteUrl),
      cloudId: site.cloudId,
    }));
    const id = derivedId('session', JSON.stringify([workspaceId, tenancy, cloudId, page.id]));
    const existing = await sessions.create(
      {
        ...into,
        id,
        workspaceId,
        tenancy,
        cloudId,
        pageId: page.id,
        pageTitle: page.title,
        pageUrl: page.webPath,
        spaceId: page.spaceId,
        createdBy: sub,
      },
      now(),
    );
    const session = existing ? await again(existing, into) : await sessions.get(id);
    if (!session) throw new Error(`Session ${id} is gone.`);
    if (!existing || existing.endedAt) await startReading({ workspaceId, sessionIds: [id] });
    return { session, isNew: !existing };
  };
};

export type CreateSession = ReturnType<typeof createSession>;
