import {
  againAfterMs,
  isReadOtherwise,
  READING_ALIVE_MS,
  type Reason,
  type SessionChanges,
  statusOf,
} from '../../domain/planning/session.ts';
import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import { type Change, combined } from '../change.ts';
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
    'id' | 'workspaceId' | 'tenancy' | 'cloudId' | 'pageId' | 'projectId' | 'teamId' | 'title' | 'createdBy'
  >;

/** What a reading ends with. */
export type Read = SessionPage & { readVersion: number; found: Found };

/** A session that nobody reads now: as it begins, and when its reading has ended. */
const idle = ['run', 'readingId', 'reading'] as const;
const healthy = ['reason', 'tries'] as const;
type Idle = (typeof idle)[number] | (typeof healthy)[number];

/** Table `planning_sessions`. Times are epoch milliseconds. */
export const sessionsTable = (db: Db, name: string) => {
  const table = tableOf<SessionItem>()(db, name, tables.planning_sessions);

  /** Whether this run is still the one that reads, and as far as it knows. */
  const isReading = (row: SessionRow) => where.asRead(row, 'run', 'reading', 'endedAt');

  /** Ends a run with `set`. If a reading was asked for meanwhile, the session stays due for that one. */
  const endRun = async (
    row: SessionRow,
    { set, remove, schedule }: { set: Partial<SessionRow>; remove: Idle[]; schedule: Change<SessionItem> },
  ): Promise<boolean> => {
    const when = isReading(row);
    const done = await table.update(
      { id: row.id },
      combined<SessionItem>({ set, remove, when: and(when, where.asRead(row, 'dueAt')) }, schedule),
    );
    return done.ok || (await table.update({ id: row.id }, { set, remove, when })).ok;
  };

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
          // A team belongs to a project, so the one that was chosen before does not stay.
          remove: ['endedAt', changes.teamId === undefined ? 'teamId' : undefined],
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
          remove: [...idle, ...healthy, ...notDue, 'asked'],
          when: and(where.eq('workspaceId', workspaceId), where.notExists('endedAt')),
        },
      );
    },

    /**
     * Stores what people change, and asks for a reading if that makes the page read otherwise. Returns `false` if the
     * session has ended, or has moved to another project, or is read otherwise than it was.
     */
    async change(
      row: SessionRow,
      { title, teamId, despiteVeto }: SessionChanges,
      now: number,
    ): Promise<boolean> {
      const { ok } = await table.update(
        { id: row.id },
        {
          set: {
            title: title ?? undefined,
            teamId: teamId ?? undefined,
            despiteVeto,
            updatedAt: iso(now),
            ...(isReadOtherwise(row, { despiteVeto }) && { asked: true, ...due(now) }),
          },
          remove: [title === null ? 'title' : undefined, teamId === null ? 'teamId' : undefined],
          when: and(
            where.eq('workspaceId', row.workspaceId),
            where.notExists('endedAt'),
            where.asRead(row, 'projectId', 'despiteVeto'),
          ),
        },
      );
      return ok;
    },

    /** Asks for a reading, now. Returns `false` if the session has ended. */
    async askReading(
      { id, workspaceId }: Pick<SessionRow, 'id' | 'workspaceId'>,
      now: number,
    ): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        {
          set: { asked: true, ...due(now) },
          when: and(where.eq('workspaceId', workspaceId), where.notExists('endedAt')),
        },
      );
      return ok;
    },

    /**
     * The same as a step of a transaction that changes items. None may be being stored, and a run that has compared the
     * page with the items as they were must not store anything.
     */
    asking({ id, workspaceId }: Pick<SessionRow, 'id' | 'workspaceId'>, now: number): Step {
      return table.step(
        { id },
        {
          set: due(now),
          remove: ['run'],
          when: and(
            where.eq('workspaceId', workspaceId),
            where.notExists('endedAt'),
            where.notExists('readingId'),
          ),
        },
      );
    },

    /**
     * Begins or continues to read, as `run`: until it counts as dead, the session is not due. Answers the row as it is
     * now; nothing if it has changed.
     */
    async begin(row: SessionRow, run: string, now: number): Promise<SessionRow | undefined> {
      const set = {
        run,
        status: 'in_progress' as const,
        progress: row.reading ? row.progress : 10,
        updatedAt: iso(now),
        ...due(now + READING_ALIVE_MS),
      };
      const when = and(isReading(row), where.asRead(row, 'dueAt'));
      // What is asked for is the reading that begins now, and not one that goes on.
      const remove = row.reading ? [] : (['asked'] as const);
      const { ok } = await table.update({ id: row.id }, { set, remove, when });
      return ok ? { ...row, ...set, asked: row.reading && row.asked } : undefined;
    },

    /** Begins to store a reading. Answers the row as it is now; nothing if the run is over. */
    async startStoring(row: SessionRow, reading: ReadingProgress): Promise<SessionRow | undefined> {
      const set = { readingId: reading.id, reading, progress: 20 };
      const { ok } = await table.update({ id: row.id }, { set, when: isReading(row) });
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

    /** Ends a reading. Returns `false` if the run is over. */
    finish(row: SessionRow, read: Read, now: number): Promise<boolean> {
      const at = iso(now);
      return endRun(row, {
        set: { ...read, status: 'completed', progress: 100, readAt: at, updatedAt: at },
        remove: [...idle, ...healthy],
        schedule: row.asked ? { set: due(now) } : { remove: notDue },
      });
    },

    /**
     * Says why the page could not be read, and tries again later. What is stored stays as it is. Returns `false` if the
     * run is over.
     */
    fail(row: SessionRow, reason: Reason, now: number, until?: number): Promise<boolean> {
      const tries = row.tries + 1;
      return endRun(row, {
        set: { status: statusOf(reason), reason, tries, progress: 0, updatedAt: iso(now) },
        remove: ['run'],
        schedule: { set: due(until ?? now + againAfterMs(reason, tries)) },
      });
    },

    /** Sessions whose page is to be read; at least some of each workspace. */
    due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
      return dueKeys(
        { dueIn: UNSHARDED_DUE_IN, until: dueUntil(now) },
        { ...BOUNDS, ...bounds },
        table.query,
      );
    },

    /** One page of a workspace's sessions, the newest first. It may be short and still have a next one. */
    async listByWorkspace(
      { id: workspaceId, tenancy }: { id: string; tenancy: number },
      page: PageAfter,
    ): Promise<Page<SessionRow>> {
      const { items, next } = await table.query({
        index: 'by_workspace',
        where: where.eq('workspaceId', workspaceId),
        backwards: true,
        ...page,
      });
      const rows = await table.batchGet(items.map(({ id }) => ({ id })));
      return {
        items: table.readable(rows, sessionRow).filter((row) => row.tenancy === tenancy),
        next,
      };
    },
  };
};

export type Sessions = ReturnType<typeof sessionsTable>;
