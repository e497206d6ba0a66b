import { dueAt, featureDueIn } from '../../domain/schedule/due.ts';
import type { Db, Item } from '../client.ts';
import { type Change, update, type Written } from '../update.ts';

/** The table `features` as its parts write to it: one attribute owner each. */
export type FeatureWrites = {
  db: Db;
  table: string;
  change: (id: string, to: Change) => Promise<Written>;
};

export const featureWrites = (db: Db, table: string): FeatureWrites => ({
  db,
  table,
  change: (id, to) => update(db, table, { id }, to),
});

/** Makes a feature due at a time (epoch ms). */
export const due = (id: string, at: number): Item => ({ dueIn: featureDueIn(id), dueAt: dueAt(at) });
