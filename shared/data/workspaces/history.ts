import { ulid } from 'ulid';
import * as z from 'zod/mini';
import type { SyncProgress } from '../../domain/mirror/sync.ts';
import { historyKinds, historyOutcomes } from '../../domain/workspaces/history.ts';
import { fitting, shortened } from '../../fitting.ts';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { conditions } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';

const KEPT_DAYS = 90;
/** The most errors that a row stores. An item may have 400 kB, and a page of 100 items 1 MB. */
const MOST_ERRORS = { most: 50, bytes: 60_000 };

/** Any text is accepted, because history is only shown: a version can read the kinds that only a newer one knows. */
const oneOf = <T extends string>(_known: readonly T[]) => z.custom<T>((value) => typeof value === 'string');

const HistoryRow = z.object({
  workspaceId: text,
  id: text,
  kind: oneOf(historyKinds),
  /** The project of a sync that reads one project. */
  projectId: maybeText,
  /** The planning session whose page was read. */
  sessionId: maybeText,
  /** The new owner of the workspace and the previous one. */
  ownerId: maybeText,
  previousOwnerId: maybeText,
  /** The subject who did it. */
  by: maybeText,
  outcome: oneOf(historyOutcomes),
  startedAt: text,
  endedAt: maybeText,
  counts: z._default(z.record(text, number), () => ({})),
  errors: z._default(z.array(text), () => []),
});
export type HistoryEntry = z.output<typeof HistoryRow>;

type HistoryItem = Stored<typeof HistoryRow> & { expiresAtSeconds: number };

const where = conditions<HistoryItem>();
const historyRow = (row: unknown): HistoryEntry => parseRow(HistoryRow, row, 'history');

/** Table `history`: one row for each run that did something, kept for 90 days. */
export const historyTable = (db: Db, name: string) => {
  const table = tableOf<HistoryItem>()(db, name, tables.history);

  /** Writes what a run did. A run that has ended never becomes running again. */
  const put = async ({ workspaceId, id, ...entry }: HistoryEntry): Promise<void> => {
    const expiresAtSeconds = Math.ceil(Date.parse(entry.startedAt) / 1000) + KEPT_DAYS * 86_400;
    const errors = fitting(
      entry.errors.map((error) => shortened(error)),
      MOST_ERRORS,
    );
    await table.update(
      { workspaceId, id },
      {
        set: { ...entry, errors, expiresAtSeconds },
        when: entry.outcome === 'running' ? where.notExists('endedAt') : undefined,
      },
    );
  };

  return {
    put,

    /** Records that a sync will never finish, and why. */
    async giveUpSync(
      workspaceId: string,
      { historyId, askedAt, counts }: SyncProgress,
      why: string,
      now: number,
    ): Promise<void> {
      const endedAt = new Date(now).toISOString();
      const entry = { kind: 'sync', outcome: 'failed', startedAt: askedAt, endedAt, counts } as const;
      await put({ workspaceId, id: historyId, ...entry, errors: [why] });
    },

    /** Writes something that happened just now. */
    async note(
      workspaceId: string,
      kind: HistoryEntry['kind'],
      now: number,
      {
        counts = {},
        errors = [],
        ...people
      }: {
        counts?: Record<string, number>;
        errors?: string[];
        ownerId?: string;
        previousOwnerId?: string;
        by?: string;
      } = {},
    ): Promise<void> {
      const at = new Date(now).toISOString();
      const entry = { kind, outcome: 'done', startedAt: at, endedAt: at } as const;
      await put({ workspaceId, id: ulid(now), ...entry, counts, errors, ...people });
    },

    async get(workspaceId: string, id: string): Promise<HistoryEntry | undefined> {
      const row = await table.get({ workspaceId, id });
      return row && historyRow(row);
    },

    /** One page of a workspace's history, newest first. */
    async list(workspaceId: string, page: PageAfter): Promise<Page<HistoryEntry>> {
      const { items, next } = await table.query({
        where: where.eq('workspaceId', workspaceId),
        backwards: true,
        ...page,
      });
      return { items: table.readable(items, historyRow), next };
    },
  };
};

export type History = ReturnType<typeof historyTable>;
