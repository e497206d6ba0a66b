import type { Db } from '../data/client.ts';

/** Opens stores over one client. What every store is given beside its table, it is given here. */
export const opener =
  (db: Db) =>
  <Store>(store: (db: Db, table: string) => Store, table: string): Store =>
    store(db, table);
