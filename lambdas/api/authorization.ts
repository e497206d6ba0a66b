import type { ListedFeature } from '../../shared/data/features/feature-row.ts';
import type { Features } from '../../shared/data/features/features.ts';
import type { ProjectRow } from '../../shared/data/mirror/project-row.ts';
import type { Projects } from '../../shared/data/mirror/projects.ts';
import type { SessionRow } from '../../shared/data/planning/session-row.ts';
import type { Sessions } from '../../shared/data/planning/sessions.ts';
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
  sessions: Sessions;
};

/** Where a feature belongs, and the current time (epoch ms). Both decide whether the feature is ready. */
export type Place = { workspace: WorkspaceRow; project: ProjectRow; now: number };

/**
 * Reads what a caller asks for, and throws `not_found` unless the caller may see it: callers see the workspaces that
 * list them, and what belongs to those. Something of others costs the same reads as something that does not exist, so
 * that response times give nothing away.
 */
export const authorization = ({
  workspaces,
  memberships,
  projects,
  features,
  sessions,
  now,
}: Stores & { now: () => number }) => {
  const withRole = async (
    sub: string,
    id: string,
  ): Promise<{ row?: WorkspaceRow; role?: Role | undefined }> => {
    const [row, membership] = await Promise.all([workspaces.get(id), memberships.get(sub, id)]);
    return row ? { row, role: roleIn(row, sub, membership) } : {};
  };

  const visibleWorkspace = async (sub: string, id: string): Promise<WorkspaceRow | undefined> => {
    const { row, role } = await withRole(sub, id);
    return role === 'owner' || role === 'member' ? row : undefined;
  };

  const workspace = async (sub: string, id: string): Promise<WorkspaceRow> => {
    const row = await visibleWorkspace(sub, id);
    if (!row) throw notFound('workspace');
    return row;
  };

  return {
    /** A workspace that the caller owns or is a member of. */
    workspace,

    /** A workspace whose membership and connection the caller decides on. Throws `forbidden` for a member. */
    async ownedWorkspace(sub: string, id: string): Promise<WorkspaceRow> {
      const row = await workspace(sub, id);
      if (row.ownerId === sub) return row;
      throw new AppError('forbidden', 'Only the owner of the workspace may do this.');
    },

    /** A workspace that the caller belongs to or is invited to. */
    async membership(sub: string, id: string): Promise<{ workspace: WorkspaceRow; role: Role }> {
      const { row, role } = await withRole(sub, id);
      if (!row || !role) throw notFound('workspace');
      return { workspace: row, role };
    },

    async project(sub: string, id: string): Promise<Place> {
      const project = await projects.get(id);
      const row = await visibleWorkspace(sub, project?.workspaceId ?? id);
      if (!project || !row) throw notFound('project');
      return { workspace: row, project, now: now() };
    },

    async session(sub: string, id: string): Promise<SessionRow> {
      const session = await sessions.get(id);
      const row = await visibleWorkspace(sub, session?.workspaceId ?? id);
      if (!session || session.tenancy !== row?.tenancy) throw notFound('planning session');
      return session;
    },

    async feature(sub: string, id: string): Promise<Place & { feature: ListedFeature }> {
      const found = await features.get(id);
      const feature = found && isListed(found) ? found : undefined;
      const [row, project] = await Promise.all([
        visibleWorkspace(sub, feature?.workspaceId ?? id),
        projects.get(feature?.projectId ?? id),
      ]);
      if (!feature || !row || !project) throw notFound('feature');
      return { workspace: row, project, now: now(), feature };
    },
  };
};

export type Authorization = ReturnType<typeof authorization>;
