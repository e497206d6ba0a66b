import type { CachedIssue } from '../../domain/mirror/cached-issue.ts';
import { dueAt } from '../../domain/schedule/due.ts';
import type { Db } from '../client.ts';
import { and, type Condition, conditions, or } from '../condition.ts';
import { storeDescription } from '../description.ts';
import { iso } from '../schedule/due.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import type { LinearIssueItem, LinearIssuesTable } from './linear-issue-row.ts';
import { isNewer, type Refusal, refusal } from './versioned.ts';

const where = conditions<LinearIssueItem>();
/** Only planning creates rows, so an issue that is bound to no item has none. */
const isBound = where.exists('itemId');

export const openIssues = (db: Db, name: string): LinearIssuesTable =>
  tableOf<LinearIssueItem>()(db, name, tables.linear_issues);

/** Makes a row due at a time (epoch ms). */
export const dueIssue = (workspaceId: string, at: number) => ({ dueIn: workspaceId, dueAt: dueAt(at) });

export const shownBy = ({ identifier, issue, version }: CachedIssue) => ({
  identifier,
  issue: { ...issue, ...storeDescription(issue.description) },
  ...version,
});

/** What `save` is told besides the issue: what else to set, and the condition instead of the version's. */
type Saving = {
  also?: { checkedAt?: string; dueIn?: string; dueAt?: string };
  when?: Condition<LinearIssueItem>;
};

/** Writes of single issues, one operation each: all that a webhook needs. Times are epoch milliseconds. */
export const linearIssueEvents = (table: LinearIssuesTable) => ({
  /**
   * Writes what Linear says, unless the row shows the same or something newer. `untracked`: there is no row, or it
   * changed since it was read.
   */
  async save(
    shown: CachedIssue & { workspaceId: string },
    now: number,
    { also, when = isNewer(shown.version) }: Saving = {},
  ): Promise<'written' | Refusal | 'untracked'> {
    const { id, version, workspaceId } = shown;
    const written = await table.update(
      { id },
      {
        set: { ...shownBy(shown), updatedAt: iso(now), ...also },
        remove: ['absentSince', 'isAbsent'],
        when: and(isBound, when),
      },
    );
    if (written.ok) return 'written';
    const why = written.row ? refusal(written.row, version) : 'newer';
    if (why === 'tied') await table.update({ id }, { set: dueIssue(workspaceId, now), when: isBound });
    return why === 'newer' ? 'untracked' : why;
  },

  /** Makes a row due that may be older than what an event shows which is not trusted. */
  async hint(
    { id, workspaceId, version: { linearUpdatedAt, contentHash } }: CachedIssue & { workspaceId: string },
    now: number,
  ): Promise<'hinted' | 'untracked'> {
    const isNews = or<LinearIssueItem>(
      where.lt('linearUpdatedAt', linearUpdatedAt),
      and(where.eq('linearUpdatedAt', linearUpdatedAt), where.ne('contentHash', contentHash)),
    );
    const { ok } = await table.update(
      { id },
      { set: dueIssue(workspaceId, now), when: and(isBound, isNews) },
    );
    return ok ? 'hinted' : 'untracked';
  },
});

/** The part of the table that a webhook writes. */
export const mirroredIssues = (db: Db, name: string) => linearIssueEvents(openIssues(db, name));

export type MirroredIssues = ReturnType<typeof mirroredIssues>;
