import type { Db } from '../data/client.ts';

/** Opens stores over one client. An argument that every store takes is passed here, and nowhere else. */
export const opener =
  (db: Db) =>
  <Store>(store: (db: Db, table: string) => Store, table: string): Store =>
    store(db, table);
