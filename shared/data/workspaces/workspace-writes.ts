import type { Table } from '../table.ts';
import type { tables } from '../tables.ts';
import type { WorkspaceItem } from './workspace-row.ts';

/** The table `workspaces`, as its parts write to it. */
export type WorkspacesTable = Table<WorkspaceItem, typeof tables.workspaces>;
