import type { Projects } from '../../data/mirror/projects.ts';
import type { Now } from '../../domain/clock.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';
import type { MirrorProjects } from './mirror-projects.ts';

const PROJECTS_A_PAGE = 250;

type Deps = { projects: Projects; mirror: MirrorProjects; linear: WithLinear; now: Now };

/**
 * Archives those of one page of a workspace's active projects that Linear no longer shows. If one comes back, the next
 * list of projects revives it.
 */
export const archiveVanished =
  ({ projects, mirror, linear, now }: Deps) =>
  async (workspaceId: string, cursor: string | undefined) => {
    const start = cursor === undefined ? undefined : JSON.parse(cursor);
    const { items, next } = await projects.listByWorkspace(workspaceId, { limit: PROJECTS_A_PAGE, start });
    const believed = items.filter(({ archivedThere }) => !archivedThere);
    const ids = believed.map(({ linearProjectId }) => linearProjectId);
    const seenAt = new Date(now()).toISOString();
    const there =
      ids.length > 0 ? await linear(workspaceId, (api) => api.projectsThere(ids)) : new Set<string>();
    const vanished = believed.filter(({ linearProjectId }) => !there.has(linearProjectId));
    for (const { linearProjectId, name, description, linearUrl, linearState, ...row } of vanished) {
      const { linearTeamIds, linearUpdatedAt } = row;
      const seen = { linearProjectId, name, description, linearUrl, linearState, linearTeamIds };
      await mirror.one(workspaceId, { ...seen, linearUpdatedAt, archivedThere: true, seenAt });
    }
    return {
      requests: ids.length > 0 ? 1 : 0,
      archived: vanished.length,
      cursor: next && JSON.stringify(next),
    };
  };

export type ArchiveVanished = ReturnType<typeof archiveVanished>;
