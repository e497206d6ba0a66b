import { againAfterMs, READING_ALIVE_MS, type Reason, statusOf } from '../../domain/planning/session.ts';
import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { due, iso, notDue } from '../schedule/due.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import type { Step } from '../transaction.ts';
import type { Found, ReadingProgress, SessionItem, SessionRow } from './session-row.ts';
import { sessionRow, where } from './session-row.ts';

/** One workspace's sessions are read by one function, so a few of each are enough. */
const BOUNDS: DueBounds = { enough: 100, pages: 3, mostPages: 10 };

/** The page of a session, as Confluence describes it. */
type SessionPage = Pick<SessionRow, 'pageTitle' | 'pageUrl' | 'spaceId'>;

export type NewSession = SessionPage &
  Pick<
    SessionRow,
    'id' | 'workspaceId' | 'cloudId' | 'pageId' | 'projectId' | 'teamId' | 'title' | 'createdBy'
  >;

/** What a reading ends with. */
export type Read = SessionPage & { readVersion: number; found: Found };

/** A session that nobody reads now: as it begins, and when its reading has ended. */
const idle = ['readingId', 'reading'] as const;
const healthy = ['reason', 'tries'] as const;

/** Table `planning_sessions`. Times are epoch milliseconds. */
export const sessionsTable = (db: Db, name: string) => {
  const table = tableOf<SessionItem>()(db, name, tables.planning_sessions);

  /** Whether a reading with this progress is still the one under way. */
  const isReading = (row: SessionRow) => where.asRead(row, 'readingId', 'reading');

  return {
    async get(id: string): Promise<SessionRow | undefined> {
      const row = await table.get({ id });
      return row && sessionRow(row);
    },

    /** Creates a session that is due at once. Answers the existing row if there is one. */
    async create({ id, ...session }: NewSession, now: number): Promise<SessionRow | undefined> {
      const at = iso(now);
      const written = await table.update(
        { id },
        {
          set: {
            ...session,
            listKey: `${at}#${id}`,
            status: 'pending',
            progress: 0,
            tries: 0,
            createdAt: at,
            updatedAt: at,
            ...due(now),
          },
          when: where.notExists('workspaceId'),
        },
      );
      return written.ok || !written.row ? undefined : sessionRow(written.row);
    },

    /** Goes on with a session that was ended, perhaps into another project. Returns `false` if it has not ended. */
    async revive(
      { id, workspaceId }: SessionRow,
      changes: Pick<NewSession, 'projectId' | 'teamId' | 'title'>,
      now: number,
    ): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        {
          set: { ...changes, status: 'pending', progress: 0, updatedAt: iso(now), ...due(now) },
          remove: ['endedAt'],
          when: and(where.eq('workspaceId', workspaceId), where.exists('endedAt')),
        },
      );
      return ok;
    },

    /** Ends a session. A reading that is under way stores nothing more. */
    async end({ id, workspaceId }: SessionRow, now: number): Promise<void> {
      const at = iso(now);
      await table.update(
        { id },
        {
          set: { status: 'ended', endedAt: at, updatedAt: at },
          remove: [...idle, ...healthy, ...notDue],
          when: and(where.eq('workspaceId', workspaceId), where.notExists('endedAt')),
        },
      );
    },

    /** Asks for a reading, now. Returns `false` if the session has ended. */
    async askReading(
      { id, workspaceId }: Pick<SessionRow, 'id' | 'workspaceId'>,
      now: number,
    ): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        {
          set: due(now),
          when: and(where.eq('workspaceId', workspaceId), where.notExists('endedAt')),
        },
      );
      return ok;
    },

    /** The same as a step of a transaction that changes items: no reading may be under way. */
    asking({ id, workspaceId }: Pick<SessionRow, 'id' | 'workspaceId'>, now: number): Step {
      return table.step(
        { id },
        {
          set: due(now),
          when: and(
            where.eq('workspaceId', workspaceId),
            where.notExists('endedAt'),
            where.notExists('readingId'),
          ),
        },
      );
    },

    /**
     * Begins or continues to read: until it counts as dead, the session is not due. Answers the row as it is now;
     * nothing if it has changed.
     */
    async begin(row: SessionRow, now: number): Promise<SessionRow | undefined> {
      const set = {
        status: 'in_progress' as const,
        progress: row.reading ? row.progress : 10,
        updatedAt: iso(now),
        ...due(now + READING_ALIVE_MS),
      };
      const when = and(isReading(row), where.asRead(row, 'dueAt', 'endedAt'));
      const { ok } = await table.update({ id: row.id }, { set, when });
      return ok ? { ...row, ...set } : undefined;
    },

    /** Begins to store a reading. Answers the row as it is now; nothing if a reading was asked for meanwhile. */
    async startStoring(row: SessionRow, reading: ReadingProgress): Promise<SessionRow | undefined> {
      const set = { readingId: reading.id, reading, progress: 20 };
      const { ok } = await table.update(
        { id: row.id },
        { set, when: and(isReading(row), where.asRead(row, 'dueAt', 'endedAt')) },
      );
      return ok ? { ...row, ...set } : undefined;
    },

    /** Gives up a reading that cannot be continued, so that the page is read anew at once. */
    async dropReading(row: SessionRow, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { id: row.id },
        { set: due(now), remove: idle, when: isReading(row) },
      );
      return ok;
    },

    /** How far a reading has been stored, as a step of the transaction that stores it. */
    storing(row: SessionRow, stored: number, progress: number): { step: Step; after: SessionRow } {
      const { reading } = row;
      if (!reading) throw new Error(`Session ${row.id} has no reading.`);
      const set = { reading: { ...reading, stored }, progress };
      return {
        step: table.step({ id: row.id }, { set, when: isReading(row) }),
        after: { ...row, ...set },
      };
    },

    /**
     * Ends a reading. The session stays due if another one was asked for meanwhile. Returns `false` if the reading is
     * no longer under way.
     */
    async finish(row: SessionRow, read: Read, now: number): Promise<boolean> {
      const at = iso(now);
      const change = {
        ...read,
        status: 'completed' as const,
        progress: 100,
        readAt: at,
        updatedAt: at,
      };
      const when = and(isReading(row), where.notExists('endedAt'));
      const done = await table.update(
        { id: row.id },
        {
          set: change,
          remove: [...idle, ...healthy, ...notDue],
          when: and(when, where.asRead(row, 'dueAt')),
        },
      );
      if (done.ok) return true;
      const asked = await table.update({ id: row.id }, { set: change, remove: [...idle, ...healthy], when });
      return asked.ok;
    },

    /** Says why the page could not be read, and tries again later. What is stored stays as it is. */
    async fail(row: SessionRow, reason: Reason, now: number, until?: number): Promise<void> {
      const tries = row.tries + 1;
      await table.update(
        { id: row.id },
        {
          set: {
            status: statusOf(reason),
            reason,
            tries,
            progress: 0,
            updatedAt: iso(now),
            ...due(until ?? now + againAfterMs(reason, tries)),
          },
          when: and(isReading(row), where.asRead(row, 'dueAt', 'endedAt')),
        },
      );
    },

    /** Sessions whose page is to be read; at least some of each workspace. */
    due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
      return dueKeys(
        { dueIn: UNSHARDED_DUE_IN, until: dueUntil(now) },
        { ...BOUNDS, ...bounds },
        table.query,
      );
    },

    /** One page of a workspace's sessions, the newest first. */
    async listByWorkspace(workspaceId: string, page: PageAfter): Promise<Page<SessionRow>> {
      const { items, next } = await table.query({
        index: 'by_workspace',
        where: where.eq('workspaceId', workspaceId),
        backwards: true,
        ...page,
      });
      const rows = await table.batchGet(items.map(({ id }) => ({ id })));
      return { items: table.readable(rows, sessionRow), next };
    },
  };
};

export type Sessions = ReturnType<typeof sessionsTable>;
