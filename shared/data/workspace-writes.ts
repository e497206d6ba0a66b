import { type Change, type Db, update, type Written } from './client.ts';

/** The table `workspaces` as its parts write to it. */
export type WorkspaceWrites = { change: (id: string, to: Change) => Promise<Written> };

export const workspaceWrites = (db: Db, table: string): WorkspaceWrites => ({
  change: (id, to) => update(db, table, { id }, to),
});
