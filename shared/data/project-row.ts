import * as z from 'zod/mini';
import { parseRow } from '../parse.ts';
import { SyncRow } from './sync-row.ts';

/** A row of `projects`, by owner. */
const ProjectRow = z.object({
  id: z.string(),
  workspaceId: z.string(),
  linearProjectId: z.string(),

  // Theirs: written by mirrors only.
  name: z.string(),
  description: z.string(),
  linearUrl: z.string(),
  linearState: z.string(),
  linearTeamIds: z.array(z.string()),
  /** Archived or trashed in Linear. */
  archivedThere: z.boolean(),
  linearUpdatedAt: z.string(),
  seenAt: z.string(),
  contentHash: z.string(),

  /** Archived here, by a user: no sync undoes it. */
  archivedHere: z._default(z.boolean(), false),

  /** The bulk import that is asked for, and when somebody looks after it. */
  sync: z.optional(SyncRow),
  dueIn: z.optional(z.string()),
  dueAt: z.optional(z.string()),

  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ProjectRow = z.output<typeof ProjectRow>;

export const projectRow = (row: unknown): ProjectRow => parseRow(ProjectRow, row, 'projects');
