import { ulid } from 'ulid';
import type { ProjectRow } from '../../data/mirror/project-row.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { FORGOTTEN_AFTER_MS, newSync } from '../../domain/mirror/sync.ts';
import { AppError } from '../../errors.ts';

type Deps = { workspaces: Workspaces; projects: Projects; now: Now };

/**
 * Archives a project here, or restores it: then its issues are imported again, once no function remembers it as
 * archived. Throws `conflict` for a project that is archived in Linear, because it has to be restored there.
 */
export const archiveProject =
  ({ workspaces, projects, now }: Deps) =>
  async (row: ProjectRow, status: 'active' | 'archived'): Promise<void> => {
    if (status === 'archived') {
      await projects.archiveHere(row, undefined, now());
      return;
    }
    if (row.archivedThere)
      throw new AppError(
        'conflict',
        'The project is archived in Linear: restore it there, and it becomes active here.',
      );
    const sync = newSync(ulid(now()), 'project', { now: now(), delayMs: FORGOTTEN_AFTER_MS });
    if (await projects.archiveHere(row, sync, now())) await workspaces.expectChanges(row.workspaceId, now());
  };

export type ArchiveProject = ReturnType<typeof archiveProject>;
