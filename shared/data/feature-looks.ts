import { dueUntil, FEATURE_DUE_SHARDS, featureDueShard, parkedIn } from '../domain/due.ts';
import { type Item, queryPage, type Written } from './client.ts';
import type { FeatureRow } from './feature-row.ts';
import { due, type FeatureWrites } from './feature-writes.ts';

/** Nobody reported and nobody asked for a look since the row was read. */
const UNCHANGED = '#statusSeq = :q AND #dueAt = :d';
/** It still qualifies by the very look at Linear that the row was read with. */
const CONFIRMED = '#linearUpdatedAt = :u AND attribute_exists(#claimIn) AND attribute_not_exists(#withdrawn)';

/** It was taken out of `claimable` while a run held it, and qualifies again: its lease has to end there. */
const holdsLease = ({ status, leaseUntil, claimAt, claimIn, withdrawn }: FeatureRow): boolean =>
  status === 'in_progress' &&
  Boolean(leaseUntil && claimIn) &&
  claimAt === undefined &&
  withdrawn === undefined;

/** What a look at a feature ended with. */
export type Settlement = {
  /** Ids of the comments that now stand in Linear. */
  posted: readonly string[];
  ready: boolean;
  /** The state our write left the issue in, where we wrote it. */
  writtenStateId?: string | undefined;
  /** Why Linear will never take the rest, for people to read. */
  failure?: string | undefined;
};

/** What is due, and what the poller's look at it ended with. Times are epoch milliseconds. */
export const featureLooks = ({ db, table, change }: FeatureWrites) => ({
  /**
   * Ends a look: what was written back is no longer owed, and a feature that may be handed out is. A row that
   * changed meanwhile stays due and loses only the outcomes that now stand in Linear.
   */
  async settle(row: FeatureRow, look: Settlement, now: number): Promise<'settled' | 'changed'> {
    const at = new Date(now).toISOString();
    const posted = look.posted.map((commentId) => `owed.${commentId}`);
    const resumes = !look.ready && holdsLease(row);
    const told: Item = { writtenStateId: look.writtenStateId, failure: look.failure };
    const written = await change(row.id, {
      set: {
        ...told,
        writtenSeq: row.statusSeq,
        updatedAt: at,
        ...(look.ready ? { claimAt: at, readySeq: row.readySeq + 1 } : {}),
        ...(resumes ? { claimAt: row.leaseUntil } : {}),
      },
      remove: ['dueIn', 'dueAt', 'resyncAt', 'absentSince', ...posted, ...(look.failure ? [] : ['failure'])],
      when: [
        UNCHANGED,
        ...(look.ready || resumes ? [CONFIRMED] : []),
        ...(resumes ? ['#leaseUntil = :l'] : []),
      ].join(' AND '),
      values: {
        q: row.statusSeq,
        d: row.dueAt,
        ...(look.ready || resumes ? { u: row.linearUpdatedAt } : {}),
        ...(resumes ? { l: row.leaseUntil } : {}),
      },
    });
    if (written.ok) return 'settled';
    if (posted.length > 0) await change(row.id, { set: told, remove: posted });
    return 'changed';
  },

  /** Looks again later, unless somebody asked for a look meanwhile. */
  async postpone(row: FeatureRow, until: number, noted: Item = {}): Promise<Written> {
    return change(row.id, {
      set: { ...due(row.id, until), ...noted },
      when: '#dueAt = :d',
      values: { d: row.dueAt },
    });
  },

  /** Makes a row due for a look, unless it is already. */
  async askLook(row: FeatureRow, now: number): Promise<void> {
    await change(row.id, {
      set: { resyncAt: new Date(now).toISOString(), ...due(row.id, now) },
      when: '#workspaceId = :w AND attribute_not_exists(#dueAt)',
      values: { w: row.workspaceId },
    });
  },

  /** Takes a due row out of every shard until its workspace is connected again. */
  async park(row: FeatureRow): Promise<void> {
    await change(row.id, {
      set: { dueIn: parkedIn(row.workspaceId) },
      when: '#dueAt = :d',
      values: { d: row.dueAt },
    });
  },

  /** Makes one page of the parked rows of a workspace due. Answers their ids. */
  async unpark(workspaceId: string, now: number): Promise<string[]> {
    const parked = parkedIn(workspaceId);
    const { items } = await queryPage(db, {
      TableName: table,
      IndexName: 'due',
      KeyConditionExpression: 'dueIn = :p',
      ExpressionAttributeValues: { ':p': parked },
    });
    for (const { id } of items)
      await change(id, { set: due(String(id), now), when: '#dueIn = :p', values: { p: parked } });
    return items.map(({ id }) => String(id));
  },

  /** Keys of what is due, oldest first within its shard; at most `pages` pages of each shard. */
  async due(now: number, pages = 5): Promise<{ id: string; workspaceId: string }[]> {
    const shards = Array.from({ length: FEATURE_DUE_SHARDS }, async (_, shard) => {
      const found: Item[] = [];
      let start: Item | undefined;
      for (let page = 0; page < pages; page++) {
        const { items, next } = await queryPage(db, {
          TableName: table,
          IndexName: 'due',
          KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
          ExpressionAttributeValues: { ':p': featureDueShard(shard), ':t': dueUntil(now) },
          ExclusiveStartKey: start,
        });
        found.push(...items);
        start = next;
        if (!start) break;
      }
      return found;
    });
    const found = (await Promise.all(shards)).flat();
    return found.map(({ id, workspaceId }) => ({ id: String(id), workspaceId: String(workspaceId) }));
  },
});
