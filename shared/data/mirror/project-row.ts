import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { flag, maybeText, type Stored, text } from '../fields.ts';
import { SyncRow } from '../sync-row.ts';

/** A row of `projects`, by owner. */
const ProjectRow = z.object({
  id: text,
  workspaceId: text,
  linearProjectId: text,

  // Theirs: only mirroring writes it.
  name: text,
  description: text,
  linearUrl: text,
  linearState: text,
  linearTeamIds: z.array(text),
  /** Archived or trashed in Linear. */
  archivedThere: flag,
  linearUpdatedAt: text,
  seenAt: text,
  contentHash: text,

  /** Archived here, by a user. No sync undoes it. */
  archivedHere: z._default(flag, false),

  /** The sync that was requested. The row is due when a run has to start or continue it. */
  sync: z.optional(SyncRow),
  dueIn: maybeText,
  dueAt: maybeText,

  createdAt: text,
  updatedAt: text,
});
export type ProjectRow = z.output<typeof ProjectRow>;
export type ProjectItem = Stored<typeof ProjectRow>;

export const where = conditions<ProjectItem>();

export const projectRow = (row: unknown): ProjectRow => parseRow(ProjectRow, row, 'projects');
