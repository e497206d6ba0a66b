import { dueAt, featureDueIn } from '../../domain/schedule/due.ts';
import type { Table } from '../table.ts';
import type { tables } from '../tables.ts';
import type { FeatureItem } from './feature-row.ts';

/** The table `features`, as its parts write to it: one attribute owner each. */
export type FeaturesTable = Table<FeatureItem, typeof tables.features>;

/** Makes a feature due at a time (epoch ms). */
export const due = (id: string, at: number) => ({ dueIn: featureDueIn(id), dueAt: dueAt(at) });
