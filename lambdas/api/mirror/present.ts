import type * as z from 'zod/mini';
import type { ProjectRow } from '../../../shared/data/mirror/project-row.ts';
import { closureOf } from '../../../shared/domain/mirror/project.ts';
import type { Project } from './schemas.ts';

export const presentProject = (row: ProjectRow): z.input<typeof Project> => ({
  id: row.id,
  workspaceId: row.workspaceId,
  name: row.name,
  description: row.description,
  status: row.archivedHere || row.archivedThere ? 'archived' : 'active',
  closed: closureOf(row),
  linearState: row.linearState,
  linearProjectId: row.linearProjectId,
  linearProjectName: row.name,
  linearUrl: row.linearUrl,
  linearTeamIds: row.linearTeamIds,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
