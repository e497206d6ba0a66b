import * as z from 'zod/mini';
import type { LinearIssueRow } from '../../../shared/data/mirror/linear-issue-row.ts';
import type { LinearIssues } from '../../../shared/data/mirror/linear-issues.ts';
import { notFound } from '../../../shared/errors.ts';
import { shortened } from '../../../shared/fitting.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json } from '../../../shared/runtime/http.ts';
import { state, time } from '../fields.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf } from '../request.ts';

/** An answer may have 6 MB, and one character up to six bytes. */
const LONGEST_DESCRIPTION = 500_000;

const CachedIssueQuery = z.strictObject({ fresh: z._default(z.enum(['true', 'false']), 'false') });

const named = z.object({ id: z.string(), name: z.string() });

const CachedIssue = z.object({
  id: z.string(),
  workspaceId: z.string(),
  /** The planning session and the item that the issue is bound to. */
  sessionId: z.string(),
  itemId: z.string(),
  identifier: z.string(),
  url: z.string(),
  title: z.string(),
  /** Markdown. */
  description: z.string(),
  descriptionTruncated: z.optional(z.literal(true)),
  /** Linear's numbers: 0 none, 1 urgent, 2 high, 3 medium, 4 low. */
  priority: z.number(),
  estimate: z.nullable(z.number()),
  state,
  labels: z.array(named),
  assignee: z.nullable(named),
  teamId: z.string(),
  projectId: z.nullable(z.string()),
  milestoneId: z.nullable(z.string()),
  parentId: z.nullable(z.string()),
  /** `deleted` is in the trash. `absent`: Linear no longer shows the issue to this app. */
  archived: z.nullable(z.enum(['archived', 'deleted', 'absent'])),
  linearUpdatedAt: time,
  /** When Linear was last known to show this. */
  cachedAt: time,
  ageSeconds: z.number(),
});

export const cachedIssueAnswers = { CachedIssue };

/** The row's description, cut to what an answer can have. */
const descriptionOf = (row: LinearIssueRow, linearIssues: LinearIssues) => {
  const whole = linearIssues.descriptionOf(row);
  const description = shortened(whole, LONGEST_DESCRIPTION);
  const isCut = row.issue.descriptionTruncated || description !== whole;
  return { description, ...(isCut && { descriptionTruncated: true as const }) };
};

const present = (
  row: LinearIssueRow,
  { linearIssues, now }: { linearIssues: LinearIssues; now: () => number },
): z.input<typeof CachedIssue> => {
  const cachedAt = linearIssues.cachedAt(row);
  return {
    id: row.linearIssueId,
    workspaceId: row.workspaceId,
    sessionId: row.sessionId,
    itemId: row.itemId,
    identifier: row.identifier,
    ...row.issue,
    ...descriptionOf(row, linearIssues),
    archived: row.issue.archived ?? (row.isAbsent ? 'absent' : null),
    linearUpdatedAt: row.linearUpdatedAt,
    cachedAt,
    ageSeconds: Math.max(0, Math.round((now() - Date.parse(cachedAt)) / 1000)),
  };
};

export const cachedIssueOperations = {
  'GET /workspaces/{id}/linear-issues/{linearIssueId}': {
    summary:
      "Returns a Linear issue that is bound to an item of a plan, as it was last seen, by Linear's id or an identifier such as `ENG-12`; `fresh=true` reads it from Linear first",
    query: CachedIssueQuery,
    answers: { 200: 'CachedIssue' },
    conflict: 'With `fresh=true`: the workspace is not connected, or the issue cannot be stored.',
    handle: async (event, { authorize, linearIssues, refreshIssue, now }) => {
      const { fresh } = parseInput(CachedIssueQuery, queryOf(event), 'The query');
      const workspace = await authorize.workspace(caller(event), idOf(event));
      const found = await linearIssues.find(workspace.id, idOf(event, 'linearIssueId'));
      if (found?.tenancy !== workspace.tenancy) throw notFound('issue of a plan');
      const row = fresh === 'true' ? await refreshIssue(found) : found;
      return json(200, present(row, { linearIssues, now }));
    },
  },
} satisfies Operations;
