import { ulid } from 'ulid';
import type { ProjectRow } from '../../data/mirror/project-row.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { newSync, type SyncProgress, wantsRun } from '../../domain/mirror/sync.ts';
import { AppError } from '../../errors.ts';
import type { SyncOf } from './run-sync.ts';

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  history: History;
  startSync: (payload: SyncOf) => Promise<void>;
  now: Now;
};

/**
 * Asks for a sync and starts it. If one is already asked for, that one is used, and its `historyId` is the answer.
 * Throws `conflict` for a workspace that is not connected.
 */
export const requestSync = ({ workspaces, projects, history, startSync, now }: Deps) => {
  const request = async (
    { id: workspaceId, connection }: WorkspaceRow,
    projectId: string | undefined,
    ask: (sync: SyncProgress) => Promise<SyncProgress | undefined>,
  ): Promise<string> => {
    const sync = newSync(ulid(now()), projectId ? 'project' : 'full', { now: now() });
    const asked = connection === 'connected' ? await ask(sync) : undefined;
    if (!asked) throw new AppError('conflict', 'The workspace is not connected. Connect it again first.');
    const { historyId } = asked;
    const isNew = historyId === sync.historyId;
    if (isNew)
      await history.put({
        workspaceId,
        id: historyId,
        kind: 'sync',
        projectId,
        outcome: 'running',
        startedAt: sync.askedAt,
        counts: {},
        errors: [],
      });
    // A sync that was asked for before has been started, and is started again only if its run died.
    if (isNew || (asked.savedAt && wantsRun(asked, now()))) await startSync({ workspaceId, projectId });
    return historyId;
  };

  return {
    ofWorkspace: (workspace: WorkspaceRow) =>
      request(workspace, undefined, (sync) => workspaces.askSync(workspace.id, sync, { now: now() })),
    ofProject: (workspace: WorkspaceRow, project: ProjectRow) =>
      request(workspace, project.id, (sync) => projects.askSync(project.id, sync, now())),
  };
};

export type RequestSync = ReturnType<typeof requestSync>;
