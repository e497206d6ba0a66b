import { dueUntil, FEATURE_DUE_SHARDS, featureDueShard, parkedIn } from '../../domain/schedule/due.ts';
import type { Item } from '../client.ts';
import { and, or } from '../condition.ts';
import { dueFeature, notDue } from '../schedule/due.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import type { Page, PageAfter } from '../table.ts';
import { type FeatureItem, type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/**
 * For each shard. A page has about 7,000 keys, and a tick processes fewer than `enough` rows of one workspace per
 * shard.
 */
const BOUNDS: DueBounds = { enough: 2_500, pages: 5, mostPages: 40 };

/** For each shard: enough to get past thousands of rows of other workspaces that became due at the same time. */
const LATELY = { limit: 1_000, pages: 5 };
/** Rows that became due earlier are left to the tick, which comes every minute. */
const LATELY_MS = 60_000;

/** Runs a query on each shard of due rows. */
const eachShard = async <T>(read: (dueIn: string) => Promise<T[]>): Promise<T[]> => {
  const shards = Array.from({ length: FEATURE_DUE_SHARDS }, (_, shard) => read(featureDueShard(shard)));
  return (await Promise.all(shards)).flat();
};

/** When features are processed, and which are due. Times are epoch milliseconds. */
export const featureDue = (features: FeaturesTable) => ({
  /** Makes the row due at a later time, unless it was made due meanwhile. */
  async postpone(
    row: FeatureRow,
    until: number,
    noted: Pick<FeatureItem, 'absentSince' | 'undoneTries'> = {},
  ): Promise<void> {
    await features.update(
      { id: row.id },
      { set: { ...dueFeature(row.id, until), ...noted }, when: where.asRead(row, 'dueAt') },
    );
  },

  /** Clears the due time, unless the row was made due since it was read. */
  async rest(row: FeatureRow): Promise<void> {
    await features.update(
      { id: row.id },
      { remove: notDue, when: and(where.asRead(row, 'dueAt'), where.notExists('resyncAt')) },
    );
  },

  /** Makes a row due now, unless it is due already. */
  async makeDue({ id, workspaceId }: FeatureRow, now: number): Promise<void> {
    await features.update(
      { id },
      {
        set: { resyncAt: new Date(now).toISOString(), ...dueFeature(id, now) },
        when: and(
          where.eq('workspaceId', workspaceId),
          or(where.notExists('dueAt'), where.gt('dueAt', dueUntil(now))),
        ),
      },
    );
  },

  /** Moves a due row out of its shard until its workspace is connected again. */
  async park(row: FeatureRow): Promise<void> {
    await features.update(
      { id: row.id },
      { set: { dueIn: parkedIn(row.workspaceId) }, when: where.asRead(row, 'dueAt') },
    );
  },

  /** One page of the parked rows of a workspace: their ids and the key to continue from. */
  parked(workspaceId: string, page: PageAfter): Promise<Page<Item>> {
    return features.query({ index: 'due', where: where.eq('dueIn', parkedIn(workspaceId)), ...page });
  },

  /** Makes a parked row of a workspace due. */
  async unpark(id: string, workspaceId: string, now: number): Promise<void> {
    await features.update(
      { id },
      { set: dueFeature(id, now), when: where.eq('dueIn', parkedIn(workspaceId)) },
    );
  },

  /** Keys of due rows, oldest first in each shard, with at least some of every workspace. */
  due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
    return eachShard((dueIn) =>
      dueKeys({ dueIn, until: dueUntil(now) }, { ...BOUNDS, ...bounds }, features.query),
    );
  },

  /**
   * Ids of a workspace's rows that became due within the last minute, newest first in each shard, even if other
   * workspaces have many.
   */
  dueLately(workspaceId: string, now: number, { limit, pages } = LATELY): Promise<string[]> {
    return eachShard(async (dueIn) => {
      const ids: string[] = [];
      let start: Item | undefined;
      for (let page = 0; page < pages; page++) {
        const { items, next } = await features.query({
          index: 'due',
          where: and(
            where.eq('dueIn', dueIn),
            where.between('dueAt', new Date(now - LATELY_MS).toISOString(), dueUntil(now)),
          ),
          filter: where.eq('workspaceId', workspaceId),
          backwards: true,
          limit,
          start,
        });
        ids.push(...items.map(({ id }) => String(id)));
        start = next;
        if (!start) break;
      }
      return ids;
    });
  },
});
