import { ulid } from 'ulid';
import type { Mirrored, Projects } from '../../data/mirror/projects.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { mirrorOf, type ProjectSnapshot } from '../../domain/mirror/project.ts';
import { FORGOTTEN_AFTER_MS, newSync } from '../../domain/mirror/sync.ts';
import { inParallel } from '../../in-parallel.ts';
import { isImpossible } from './impossible.ts';

type Deps = { projects: Projects; workspaces: Workspaces; now: Now };

/** Applies Linear's projects to our mirror. If a project is active again, its issues are imported. */
export const mirrorProjects = ({ projects, workspaces, now }: Deps) => {
  /** A project that no row can hold is `impossible`, and does not affect the others of its page. */
  const one = async (workspaceId: string, project: ProjectSnapshot): Promise<Mirrored | 'impossible'> => {
    const revival = () => newSync(ulid(now()), 'project', { now: now(), delayMs: FORGOTTEN_AFTER_MS });
    const mirrored = await projects
      .mirror(mirrorOf(project, workspaceId), { revival, now: now() })
      .catch((error: unknown) => {
        if (isImpossible(error)) return 'impossible' as const;
        throw error;
      });
    if (mirrored === 'revived') await workspaces.expectChanges(workspaceId, now());
    return mirrored;
  };

  return {
    one,

    /** A page of projects. A project that did not change is not written. */
    async page(workspaceId: string, page: readonly ProjectSnapshot[]): Promise<(Mirrored | 'impossible')[]> {
      const mirrors = page.map((project) => mirrorOf(project, workspaceId));
      const rows = await projects.getMany(mirrors.map(({ id }) => id));
      const hashOf = new Map(rows.map(({ id, contentHash }) => [id, contentHash]));
      return inParallel(page, async (project) => {
        const { id, version } = mirrorOf(project, workspaceId);
        return hashOf.get(id) === version.contentHash ? 'unchanged' : one(workspaceId, project);
      });
    },
  };
};

export type MirrorProjects = ReturnType<typeof mirrorProjects>;
