import { ulid } from 'ulid';
import * as z from 'zod/mini';
import type { SyncProgress } from '../../domain/mirror/sync.ts';
import { fitting, shortened } from '../../errors.ts';
import { parseRow } from '../../parse.ts';
import { type Db, getRow, type Page, type PageAfter, queryPage } from '../client.ts';
import { maybeText, number, text } from '../fields.ts';
import { readable } from '../readable.ts';
import { update } from '../update.ts';

const KEPT_DAYS = 90;
/** The errors that a row holds at most, whatever went wrong: an item has 400 kB, a page of 100 of them 1 MB. */
const MOST_ERRORS = { most: 50, bytes: 60_000 };

const HistoryRow = z.object({
  workspaceId: text,
  id: text,
  kind: z.enum(['connect', 'owner_changed', 'disconnect', 'needs_reauth', 'sync', 'reconcile', 'write_back']),
  /** What a sync of one project is of. */
  projectId: maybeText,
  /** Who owns the workspace from then on, and who did before. */
  ownerId: maybeText,
  previousOwnerId: maybeText,
  outcome: z.enum(['running', 'done', 'failed']),
  startedAt: text,
  endedAt: maybeText,
  counts: z._default(z.record(text, number), () => ({})),
  errors: z._default(z.array(text), () => []),
});
export type HistoryEntry = z.output<typeof HistoryRow>;

/** Table `history`: one row for each run that did something, kept 90 days. */
export const historyTable = (db: Db, table: string) => ({
  /** Tells of a run; one that was told to have ended does not run again. */
  async put({ workspaceId, id, ...entry }: HistoryEntry): Promise<void> {
    const expiresAtSeconds = Math.ceil(Date.parse(entry.startedAt) / 1000) + KEPT_DAYS * 86_400;
    const when = entry.outcome === 'running' ? { when: 'attribute_not_exists(#endedAt)' } : {};
    const errors = fitting(
      entry.errors.map((error) => shortened(error)),
      MOST_ERRORS,
    );
    await update(db, table, { workspaceId, id }, { set: { ...entry, errors, expiresAtSeconds }, ...when });
  },

  /** A sync that will not come to its end, and why. */
  async giveUpSync(
    workspaceId: string,
    { historyId, askedAt, counts }: SyncProgress,
    why: string,
    now: number,
  ): Promise<void> {
    const endedAt = new Date(now).toISOString();
    const entry = { kind: 'sync', outcome: 'failed', startedAt: askedAt, endedAt, counts } as const;
    await this.put({ workspaceId, id: historyId, ...entry, errors: [why] });
  },

  /** Tells of something that happened just now. */
  async note(
    workspaceId: string,
    kind: HistoryEntry['kind'],
    now: number,
    {
      counts = {},
      errors = [],
      ...owners
    }: {
      counts?: Record<string, number>;
      errors?: string[];
      ownerId?: string;
      previousOwnerId?: string;
    } = {},
  ): Promise<void> {
    const at = new Date(now).toISOString();
    await this.put({
      workspaceId,
      id: ulid(now),
      kind,
      outcome: 'done',
      startedAt: at,
      endedAt: at,
      counts,
      errors,
      ...owners,
    });
  },

  async get(workspaceId: string, id: string): Promise<HistoryEntry | undefined> {
    const row = await getRow(db, table, { workspaceId, id });
    return row && parseRow(HistoryRow, row, 'history');
  },

  /** One page of a workspace's history, newest first. */
  async list(workspaceId: string, { limit, start }: PageAfter): Promise<Page<HistoryEntry>> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      KeyConditionExpression: 'workspaceId = :w',
      ExpressionAttributeValues: { ':w': workspaceId },
      Limit: limit,
      ExclusiveStartKey: start,
      ScanIndexForward: false,
    });
    return { items: readable(items, (row) => parseRow(HistoryRow, row, 'history')), next };
  },
});

export type History = ReturnType<typeof historyTable>;
