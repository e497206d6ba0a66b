import type { Projects } from '../data/projects.ts';
import type { Now } from '../domain/clock.ts';
import { derivedId } from '../domain/ids.ts';
import type { ProjectSnapshot } from '../domain/project.ts';
import { inParallel } from './in-parallel.ts';

const WRITES_AT_ONCE = 16;

/** Brings a page of Linear's projects into our mirror. What we hold already is compared and not written. */
export const mirrorProjects =
  ({ projects, now }: { projects: Projects; now: Now }) =>
  async (
    workspaceId: string,
    page: readonly ProjectSnapshot[],
  ): Promise<('created' | 'updated' | 'unchanged')[]> => {
    const idOf = ({ linearProjectId }: ProjectSnapshot) => derivedId('project', linearProjectId);
    const rows = await projects.getMany(page.map(idOf));
    const known = new Map(rows.map((row) => [row.id, row]));
    return inParallel(page, WRITES_AT_ONCE, async (project) => {
      const id = idOf(project);
      const row = known.get(id);
      if (row && row.linearUpdatedAt >= project.linearUpdatedAt) return 'unchanged';
      return projects.mirror({ ...project, id, workspaceId }, { isKnown: row !== undefined, now: now() });
    });
  };

export type MirrorProjects = ReturnType<typeof mirrorProjects>;
