import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import type { Table } from '../table.ts';
import type * as tables from '../tables.ts';

const named = z.object({ id: text, name: text });

/** A row of `linear_issues`. */
const LinearIssueRow = z.object({
  /** Of the workspace and the issue (domain/mirror/cached-issue.ts). */
  id: text,
  workspaceId: text,
  linearIssueId: text,

  // Planning's: what the issue is bound to.
  /** The workspace's tenancy in which it was bound. A later tenancy does not see it. */
  tenancy: number,
  sessionId: text,
  itemId: text,

  // Theirs.
  identifier: text,
  issue: z.object({
    url: text,
    title: text,
    description: z.union([text, z.instanceof(Uint8Array)]),
    descriptionTruncated: z.optional(z.literal(true)),
    priority: number,
    estimate: z.nullable(number),
    state: z.object({ id: text, name: text, type: text }),
    labels: z.array(named),
    assignee: z.nullable(named),
    teamId: text,
    projectId: z.nullable(text),
    milestoneId: z.nullable(text),
    parentId: z.nullable(text),
    archived: z.nullable(z.enum(['archived', 'deleted'])),
  }),
  linearUpdatedAt: text,
  seenAt: text,
  contentHash: text,

  // The poller's and the API's.
  /** When a read last found what the row shows. */
  checkedAt: maybeText,
  /** Since when Linear has not shown it, and whether that is certain. */
  absentSince: maybeText,
  isAbsent: z.optional(z.literal(true)),

  /** When it is read from Linear again, in the partition of its workspace. Anyone may bring it forward. */
  dueIn: maybeText,
  dueAt: maybeText,

  createdAt: text,
  updatedAt: text,
});
export type LinearIssueRow = z.output<typeof LinearIssueRow>;
export type LinearIssueItem = Stored<typeof LinearIssueRow>;
export type LinearIssuesTable = Table<LinearIssueItem, typeof tables.linear_issues>;

export const where = conditions<LinearIssueItem>();

export const linearIssueRow = (row: unknown): LinearIssueRow =>
  parseRow(LinearIssueRow, row, 'linear_issues');
