import type { ListedFeature } from '../../shared/data/features/feature-row.ts';
import type { Features } from '../../shared/data/features/features.ts';
import type { ProjectRow } from '../../shared/data/mirror/project-row.ts';
import type { Projects } from '../../shared/data/mirror/projects.ts';
import type { Memberships } from '../../shared/data/workspaces/memberships.ts';
import type { WorkspaceRow } from '../../shared/data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../shared/data/workspaces/workspaces.ts';
import { isListed } from '../../shared/domain/features/feature.ts';
import { type Role, roleIn } from '../../shared/domain/workspaces/membership.ts';
import { AppError, notFound } from '../../shared/errors.ts';

export type Stores = {
  workspaces: Workspaces;
  memberships: Memberships;
  projects: Projects;
  features: Features;
};

/**
 * What a caller may see: the workspaces that list it, and what lies in them. All else does not exist (404). What stands
 * and belongs to others is looked for with the same reads as what does not stand, so that time tells nothing either.
 */
export const access = ({
  workspaces,
  memberships,
  projects,
  features,
  now,
}: Stores & { now: () => number }) => {
  const standing = async (
    sub: string,
    id: string,
  ): Promise<{ row?: WorkspaceRow; role?: Role | undefined }> => {
    const [row, membership] = await Promise.all([workspaces.get(id), memberships.get(sub, id)]);
    return row ? { row, role: roleIn(row, sub, membership) } : {};
  };

  const visibleWorkspace = async (sub: string, id: string): Promise<WorkspaceRow | undefined> => {
    const { row, role } = await standing(sub, id);
    return role === 'owner' || role === 'member' ? row : undefined;
  };

  const workspace = async (sub: string, id: string): Promise<WorkspaceRow> => {
    const row = await visibleWorkspace(sub, id);
    if (!row) throw notFound('workspace');
    return row;
  };

  return {
    workspace,

    /** A workspace that the caller belongs to or is invited to. */
    async ownMembership(sub: string, id: string): Promise<{ workspace: WorkspaceRow; role: Role }> {
      const { row, role } = await standing(sub, id);
      if (!row || !role) throw notFound('workspace');
      return { workspace: row, role };
    },

    async project(
      sub: string,
      id: string,
    ): Promise<{ workspace: WorkspaceRow; project: ProjectRow; now: number }> {
      const project = await projects.get(id);
      const around = await visibleWorkspace(sub, project?.workspaceId ?? id);
      if (!project || !around) throw notFound('project');
      return { workspace: around, project, now: now() };
    },

    /** Who belongs to it and whether it is connected is for the owner to say. */
    async ownWorkspace(sub: string, id: string): Promise<WorkspaceRow> {
      const row = await workspace(sub, id);
      if (row.ownerId === sub) return row;
      throw new AppError('forbidden', 'Only the owner of the workspace may do this.');
    },

    async feature(
      sub: string,
      id: string,
    ): Promise<{ workspace: WorkspaceRow; project: ProjectRow; now: number; feature: ListedFeature }> {
      const row = await features.get(id);
      const feature = row && isListed(row) ? row : undefined;
      const [around, project] = await Promise.all([
        visibleWorkspace(sub, feature?.workspaceId ?? id),
        projects.get(feature?.projectId ?? id),
      ]);
      if (!feature || !around || !project) throw notFound('feature');
      return { workspace: around, project, now: now(), feature };
    },
  };
};
