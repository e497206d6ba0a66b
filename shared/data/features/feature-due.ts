import { dueUntil, FEATURE_DUE_SHARDS, featureDueShard, parkedIn } from '../../domain/schedule/due.ts';
import type { Item } from '../client.ts';
import { and, or } from '../condition.ts';
import { dueFeature, notDue } from '../schedule/due.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import type { Page, PageAfter } from '../table.ts';
import { type FeatureItem, type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** Of a shard: a page is some 7,000 keys, and a tick serves a workspace fewer than `enough` of each shard. */
const BOUNDS: DueBounds = { enough: 2_500, pages: 5, mostPages: 40 };

/** Of a shard, some thousands of rows that others made due at the same time are read past. */
const LATELY = { limit: 1_000, pages: 5 };
/** What came due before belongs to the tick, which comes every minute. */
const LATELY_MS = 60_000;

/** Runs a query on each shard of what is due. */
const eachShard = async <T>(read: (dueIn: string) => Promise<T[]>): Promise<T[]> => {
  const shards = Array.from({ length: FEATURE_DUE_SHARDS }, (_, shard) => read(featureDueShard(shard)));
  return (await Promise.all(shards)).flat();
};

/** When features are processed, and which are due. Times are epoch milliseconds. */
export const featureDue = (features: FeaturesTable) => ({
  /** Makes the row due later, unless somebody has made it due meanwhile. */
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

  /** Ends the due time, unless somebody has made the row due since it was read. */
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

  /** Takes a due row out of every shard until its workspace is connected again. */
  async park(row: FeatureRow): Promise<void> {
    await features.update(
      { id: row.id },
      { set: { dueIn: parkedIn(row.workspaceId) }, when: where.asRead(row, 'dueAt') },
    );
  },

  /** One page of where the parked rows of a workspace lie: their ids, and to go on after each. */
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

  /** Keys of what is due, oldest first within its shard, of each workspace at least some. */
  due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
    return eachShard((dueIn) =>
      dueKeys({ dueIn, until: dueUntil(now) }, { ...BOUNDS, ...bounds }, features.query),
    );
  },

  /** Ids of what came due within the last minute in one workspace, newest first within its shard, however much others made due. */
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
