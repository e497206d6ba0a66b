import type { Db } from '../data/client.ts';
import { leasesTable } from '../data/schedule/leases.ts';
import { historyTable } from '../data/workspaces/history.ts';
import { type MirrorTables, mirrorStores } from './mirror-stores.ts';
import { opener } from './opener.ts';

export type Tables = MirrorTables & Record<'HISTORY_TABLE' | 'LEASES_TABLE', string>;

/** The stores of the functions that mirror Linear, run syncs and look at features. */
export const stores = (db: Db, tables: Tables) => {
  const open = opener(db);
  return {
    ...mirrorStores(db, tables),
    history: open(historyTable, tables.HISTORY_TABLE),
    leases: open(leasesTable, tables.LEASES_TABLE),
  };
};

export type Stores = ReturnType<typeof stores>;
