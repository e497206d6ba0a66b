import * as z from 'zod/mini';
import { reasonCodes, sessionStatuses } from '../../domain/planning/session.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { flag, maybeText, number, type Stored, text } from '../fields.ts';

const ReasonRow = z.object({ code: z.enum(reasonCodes), message: text, mend: text });

/** A reading that is being stored. What it changes is in `planning_texts`. */
const ReadingRow = z.object({
  id: text,
  /** Names what it changes. */
  text,
  /** How many items it changes. */
  changes: number,
  /** The version of the page that it reads. */
  version: number,
  /** How many of them are stored already. */
  stored: number,
  startedAt: text,
});
export type ReadingProgress = z.output<typeof ReadingRow>;

/** What the last complete reading found, in numbers. Its texts are in `planning_texts`. */
const FoundRow = z.object({
  /** Names its report. A report has one reading's name, so that one that is deleted late cannot be a newer one. */
  report: text,
  reportHash: text,
  /** Names the report before, which somebody may still be reading. */
  replaced: maybeText,
  outcome: z.enum(['plan', 'not_a_plan']),
  /** By level, by state, and of `enablers` and `warnings`. */
  counts: z.record(text, number),
});
export type Found = z.output<typeof FoundRow>;

/** A row of `planning_sessions`: one page that is planned into one project. */
const SessionRow = z.object({
  id: text,
  workspaceId: text,
  /** The workspace's tenancy in which it was made. A later tenancy does not see it. */
  tenancy: z._default(number, 0),
  /** Sorts a workspace's sessions: when it was made, and its id. */
  listKey: text,

  cloudId: text,
  pageId: text,
  pageTitle: text,
  pageUrl: text,
  spaceId: text,

  projectId: text,
  teamId: maybeText,
  /** The name that people gave the session. */
  title: maybeText,
  /** Somebody says that the page is a plan, whatever its headings are typical of. */
  despiteVeto: z.optional(flag),
  createdBy: text,

  status: z.enum(sessionStatuses),
  /** Of the reading that is under way, in percent. */
  progress: number,
  reason: z.optional(ReasonRow),
  /** How often in a row the page could not be read. */
  tries: z._default(number, 0),
  endedAt: maybeText,

  /** The run that reads the page, or did and died: each write of a run is refused once another has begun. */
  run: maybeText,
  /** Present while a reading is being stored. */
  readingId: maybeText,
  reading: z.optional(ReadingRow),

  /** The version of the page that the items show, and when it was read. */
  readVersion: z.optional(number),
  readAt: maybeText,
  found: z.optional(FoundRow),

  /** A reading was asked for that has not begun. One that goes on meanwhile is older. */
  asked: z.optional(flag),
  dueIn: maybeText,
  dueAt: maybeText,
  createdAt: text,
  updatedAt: text,
});
export type SessionRow = z.output<typeof SessionRow>;
export type SessionItem = Stored<typeof SessionRow>;

export const where = conditions<SessionItem>();

export const sessionRow = (row: unknown): SessionRow => parseRow(SessionRow, row, 'planning_sessions');
