import { type CachedIssue, cachedIssueId, cachedIssueOf } from '../../domain/mirror/cached-issue.ts';
import type { IssueSnapshot } from '../../domain/mirror/issue.ts';
import { dueUntil } from '../../domain/schedule/due.ts';
import { isFromFuture } from '../../domain/version.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { openDescription } from '../description.ts';
import { iso, notDue } from '../schedule/due.ts';
import type { Step } from '../transaction.ts';
import { dueIssue, linearIssueEvents, openIssues, shownBy } from './linear-issue-events.ts';
import { type LinearIssueRow, linearIssueRow, where } from './linear-issue-row.ts';
import { isAsRead, isNewer } from './versioned.ts';

const DAY_MS = 24 * 3_600_000;
/** An issue that is still absent this much later counts as gone. */
const GONE_AFTER_MS = 10 * 60_000;
/** Two rows have the same identifier only if a team took over the key of another and one of them is outdated. */
const NAMESAKES = 10;

/** A team's key and a number, unlike Linear's ids. */
const IDENTIFIER = /^\w+-\d+$/;

/** What an issue is bound to. */
export type Binding = { workspaceId: string; tenancy: number; sessionId: string; itemId: string };

/** When the row was last known to show what Linear had (ISO). */
const cachedAt = ({ seenAt, checkedAt = '' }: LinearIssueRow): string =>
  checkedAt > seenAt ? checkedAt : seenAt;

/** What a read found: the row is read again a day later. */
const checked = ({ workspaceId }: { workspaceId: string }, now: number) => ({
  checkedAt: iso(now),
  ...dueIssue(workspaceId, now + DAY_MS),
});

/**
 * Table `linear_issues`: the last snapshot of every Linear issue that is bound to an item of a plan. Nothing is decided
 * from it: whoever changes Linear reads Linear first. Times are epoch milliseconds.
 */
export const linearIssuesTable = (db: Db, name: string) => {
  const table = openIssues(db, name);
  const events = linearIssueEvents(table);

  /** Rows by issue, read consistently. Issues without one, or whose row cannot be read, are left out. */
  const getMany = async (
    workspaceId: string,
    linearIssueIds: readonly string[],
  ): Promise<LinearIssueRow[]> => {
    const keys = linearIssueIds.map((issueId) => ({ id: cachedIssueId(workspaceId, issueId) }));
    return table.readable(await table.batchGet(keys), linearIssueRow);
  };

  return {
    ...events,
    getMany,
    cachedAt,

    /** The row of an issue, by Linear's id or by an identifier such as `ENG-12`. */
    async find(workspaceId: string, issue: string): Promise<LinearIssueRow | undefined> {
      if (!IDENTIFIER.test(issue)) {
        const row = await table.get({ id: cachedIssueId(workspaceId, issue.toLowerCase()) });
        return row && linearIssueRow(row);
      }
      const identifier = issue.toUpperCase();
      const { items } = await table.query({
        index: 'by_identifier',
        where: and(where.eq('workspaceId', workspaceId), where.eq('identifier', identifier)),
        limit: NAMESAKES,
      });
      const found = await table.batchGet(items.map(({ id }) => ({ id: String(id) })));
      const named = table.readable(found, linearIssueRow).filter((each) => each.identifier === identifier);
      return named.sort((one, other) => (cachedAt(one) < cachedAt(other) ? 1 : -1))[0];
    },

    /**
     * Binds an issue to an item, as a step of a transaction. A row that exists keeps what it shows. The row is due,
     * because an event that came before it found nothing to write. With a long description a step has up to 220 kB,
     * and a transaction takes 4 MB.
     */
    bind(issue: IssueSnapshot, of: Binding, now: number): Step {
      const shown = cachedIssueOf(issue, of.workspaceId);
      return table.step(
        { id: shown.id },
        {
          set: { ...of, ...dueIssue(of.workspaceId, now), updatedAt: iso(now) },
          init: { linearIssueId: issue.id, ...shownBy(shown), createdAt: iso(now) },
        },
      );
    },

    /** The issues of a workspace's rows that are due at `until`, those first that have waited longest. */
    async due(workspaceId: string, until: number, limit: number): Promise<string[]> {
      const { items } = await table.query({
        index: 'due',
        where: and(where.eq('dueIn', workspaceId), where.lte('dueAt', dueUntil(until))),
        limit,
      });
      return items.map(({ id }) => String(id).slice(cachedIssueId(workspaceId, '').length));
    },

    /** Writes what a read shows that began when the row was as given. */
    saveRead(row: LinearIssueRow, shown: CachedIssue, now: number) {
      const mayReplace = isFromFuture(row, now) ? isAsRead(row) : isNewer(shown.version);
      return events.save({ ...shown, workspaceId: row.workspaceId }, now, {
        also: checked(row, now),
        when: and(mayReplace, where.asRead(row, 'dueAt')),
      });
    },

    /** Notes that a read found what the row shows, unless the row was made due meanwhile. */
    async settle(row: LinearIssueRow, now: number): Promise<void> {
      await table.update(
        { id: row.id },
        {
          set: checked(row, now),
          remove: ['absentSince', 'isAbsent'],
          when: where.asRead(row, 'dueAt'),
        },
      );
    },

    /** Notes that Linear did not show the issue. It counts as absent if that is still so ten minutes later. */
    async noteAbsent(row: LinearIssueRow, now: number): Promise<void> {
      const absentSince = row.absentSince ?? iso(now);
      const isCertain = now - Date.parse(absentSince) >= GONE_AFTER_MS;
      await table.update(
        { id: row.id },
        {
          set: isCertain
            ? { absentSince, isAbsent: true as const, ...checked(row, now) }
            : { absentSince, ...dueIssue(row.workspaceId, now + GONE_AFTER_MS) },
          when: where.asRead(row, 'dueAt', 'linearUpdatedAt', 'seenAt'),
        },
      );
    },

    /** Makes a row due later, unless it was made due meanwhile. */
    async postpone(row: LinearIssueRow, until: number): Promise<void> {
      await table.update(
        { id: row.id },
        { set: dueIssue(row.workspaceId, until), when: where.asRead(row, 'dueAt') },
      );
    },

    /** Ends the reading of a row of an earlier tenancy, which nobody sees, until a later one binds the issue. */
    async park(row: LinearIssueRow): Promise<void> {
      await table.update({ id: row.id }, { remove: notDue, when: where.asRead(row, 'dueAt', 'tenancy') });
    },

    /** The description of the row's issue, decompressed if needed. */
    descriptionOf: ({ issue }: LinearIssueRow): string => openDescription(issue.description),
  };
};

export type LinearIssues = ReturnType<typeof linearIssuesTable>;
