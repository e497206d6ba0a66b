import type { Db } from '../data/client.ts';
import { featuresTable } from '../data/features/features.ts';
import { leasesTable } from '../data/schedule/leases.ts';
import type { TableVariable } from '../data/tables.ts';
import { historyTable } from '../data/workspaces/history.ts';
import { type MirrorTables, mirrorStores } from './mirror-stores.ts';

export type Tables = MirrorTables & Record<TableVariable<'history' | 'leases'>, string>;

/** The stores of the functions that mirror Linear, run syncs and process features. */
export const stores = (db: Db, tables: Tables) => ({
  ...mirrorStores(db, tables),
  features: featuresTable(db, tables.FEATURES_TABLE),
  history: historyTable(db, tables.HISTORY_TABLE),
  leases: leasesTable(db, tables.LEASES_TABLE),
});

export type Stores = ReturnType<typeof stores>;
