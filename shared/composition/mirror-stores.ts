import type { Db } from '../data/client.ts';
import { featuresTable } from '../data/features/features.ts';
import { projectsTable } from '../data/mirror/projects.ts';
import { workspacesTable } from '../data/workspaces/workspaces.ts';
import { opener } from './opener.ts';

export type MirrorTables = Record<'WORKSPACES_TABLE' | 'PROJECTS_TABLE' | 'FEATURES_TABLE', string>;

/** The stores that Linear’s projects and issues are written to. The webhook needs no others and bundles no others. */
export const mirrorStores = (db: Db, tables: MirrorTables) => {
  const open = opener(db);
  return {
    workspaces: open(workspacesTable, tables.WORKSPACES_TABLE),
    projects: open(projectsTable, tables.PROJECTS_TABLE),
    features: open(featuresTable, tables.FEATURES_TABLE),
  };
};

export type MirrorStores = ReturnType<typeof mirrorStores>;
