import type { Db } from '../client.ts';
import { type Change, update, type Written } from '../update.ts';

/** The table `workspaces` as its parts write to it. */
export type WorkspaceWrites = { change: (id: string, to: Change) => Promise<Written> };

export const workspaceWrites = (db: Db, table: string): WorkspaceWrites => ({
  change: (id, to) => update(db, table, { id }, to),
});
