import type { ListedFeature } from '../../shared/data/feature-row.ts';
import type { Features } from '../../shared/data/features.ts';
import type { Memberships } from '../../shared/data/memberships.ts';
import type { ProjectRow } from '../../shared/data/project-row.ts';
import type { Projects } from '../../shared/data/projects.ts';
import type { WorkspaceRow } from '../../shared/data/workspace-row.ts';
import type { Workspaces } from '../../shared/data/workspaces.ts';
import { isListed } from '../../shared/domain/feature.ts';
import { AppError, notFound } from '../../shared/errors.ts';

export type Stores = {
  workspaces: Workspaces;
  memberships: Memberships;
  projects: Projects;
  features: Features;
};

/** What a caller may see: the workspaces that list it, and what lies in them. All else does not exist (404). */
export const access = ({ workspaces, memberships, projects, features }: Stores) => {
  const workspaceOf = async (sub: string, id: string, what: string): Promise<WorkspaceRow> => {
    const [row, role] = await Promise.all([workspaces.get(id), memberships.roleOf(sub, id)]);
    if (!row || !role) throw notFound(what);
    return row;
  };

  const project = async (
    sub: string,
    id: string,
  ): Promise<{ workspace: WorkspaceRow; project: ProjectRow }> => {
    const row = await projects.get(id);
    if (!row) throw notFound('project');
    return { workspace: await workspaceOf(sub, row.workspaceId, 'project'), project: row };
  };

  return {
    workspace: (sub: string, id: string) => workspaceOf(sub, id, 'workspace'),
    project,

    /** Who belongs to it and whether it is connected is for the owner to say. */
    async ownWorkspace(sub: string, id: string): Promise<WorkspaceRow> {
      const row = await workspaceOf(sub, id, 'workspace');
      if (row.ownerId === sub) return row;
      throw new AppError('forbidden', 'Only the owner of the workspace may do this.');
    },

    async feature(
      sub: string,
      id: string,
    ): Promise<{ workspace: WorkspaceRow; project: ProjectRow; feature: ListedFeature }> {
      const row = await features.get(id);
      if (!row || !isListed(row)) throw notFound('feature');
      const workspace = await workspaceOf(sub, row.workspaceId, 'feature');
      const around = await projects.get(row.projectId);
      if (!around) throw notFound('feature');
      return { workspace, project: around, feature: row };
    },
  };
};
