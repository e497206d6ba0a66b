import type { LinearIssueRow } from '../../data/mirror/linear-issue-row.ts';
import type { LinearIssues } from '../../data/mirror/linear-issues.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { isStorable } from '../../domain/features/feature.ts';
import { cachedIssueOf } from '../../domain/mirror/cached-issue.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { isDue } from '../../domain/schedule/due.ts';
import { inParallel } from '../../in-parallel.ts';
import type { IssueBatch } from '../../linear/api/snapshots.ts';
import { isImpossible } from './impossible.ts';

/** How long to wait before an issue that cannot be read or stored is read again. */
const RETRY_MS = 3_600_000;

/** A row of an earlier tenancy is parked until a later one binds the issue. Then it is due. */
const isFollowed = ({ dueAt }: LinearIssueRow): boolean => dueAt !== undefined;

type Deps = { linearIssues: LinearIssues; now: Now };

/** Keeps the rows of issues that are bound to items as Linear shows the issues. */
export const cacheIssues = ({ linearIssues, now }: Deps) => {
  const putOff = (row: LinearIssueRow) => linearIssues.postpone(row, now() + RETRY_MS);

  /** Whether it wrote what the issue shows. `isAsked`: the row says when it was read, even if nothing changed. */
  const apply = async (row: LinearIssueRow, issue: IssueSnapshot, isAsked: boolean): Promise<boolean> => {
    const shown = cachedIssueOf(issue, row.workspaceId);
    if (shown.version.contentHash === row.contentHash) {
      if (isAsked || isDue(row, now()) || row.absentSince !== undefined)
        await linearIssues.settle(row, now());
      return false;
    }
    const saved = isStorable(issue)
      ? await linearIssues.saveRead(row, shown, now()).catch((error: unknown) => {
          if (isImpossible(error)) return 'impossible' as const;
          throw error;
        })
      : 'impossible';
    if (saved === 'impossible') await putOff(row);
    return saved === 'written';
  };

  const applyTo = async (
    rows: readonly LinearIssueRow[],
    { items, unreadable }: IssueBatch,
    { isAsked }: { isAsked: boolean },
  ): Promise<number> => {
    const issues = new Map(items.map((issue) => [issue.id, issue]));
    const unread = new Set(unreadable.map(({ id }) => id));
    const written = await inParallel(rows, async (row) => {
      const issue = issues.get(row.linearIssueId);
      if (issue) return apply(row, issue, isAsked);
      await (unread.has(row.linearIssueId) ? putOff(row) : linearIssues.noteAbsent(row, now()));
      return false;
    });
    return written.filter(Boolean).length;
  };

  return {
    /** Issues from one of Linear's lists, most of which are bound to nothing. Answers how many rows changed. */
    async listed(workspaceId: string, batch: IssueBatch): Promise<number> {
      const ids = [...batch.items, ...batch.unreadable].flatMap(({ id }) => (id ? [id] : []));
      const rows = await linearIssues.getMany(workspaceId, [...new Set(ids)]);
      return applyTo(rows.filter(isFollowed), batch, { isAsked: false });
    },

    /** Issues of rows, which were asked for by id. Answers how many rows changed. */
    known: (rows: readonly LinearIssueRow[], batch: IssueBatch): Promise<number> =>
      applyTo(rows, batch, { isAsked: true }),

    /**
     * Finds the rows of a workspace that have to be read again, a page with each call and each row once.
     */
    due(workspace: WorkspaceRow): (limit: number) => Promise<{ rows: LinearIssueRow[]; isLast: boolean }> {
      const found = new Set<string>();
      return async (limit) => {
        // The index may still show the rows that were read just now.
        const due = await linearIssues.due(workspace.id, now(), limit + found.size);
        const ids = due.filter((id) => !found.has(id)).slice(0, limit);
        for (const id of ids) found.add(id);
        const rows = await linearIssues.getMany(workspace.id, ids);
        const isOurs = ({ tenancy }: LinearIssueRow) => tenancy === workspace.tenancy;
        await inParallel(
          rows.filter((row) => !isOurs(row)),
          (row) => linearIssues.park(row),
        );
        return { rows: rows.filter(isOurs), isLast: ids.length < limit };
      };
    },
  };
};

export type CacheIssues = ReturnType<typeof cacheIssues>;
