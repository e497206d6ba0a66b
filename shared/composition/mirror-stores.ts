import type { Db } from '../data/client.ts';
import { mirroredFeatures } from '../data/features/features.ts';
import { mirroredIssues } from '../data/mirror/linear-issue-events.ts';
import { projectsTable } from '../data/mirror/projects.ts';
import type { TableVariable } from '../data/tables.ts';
import { workspacesTable } from '../data/workspaces/workspaces.ts';

export type MirrorTables = Record<TableVariable<'workspaces' | 'projects' | 'features'>, string>;

/** The stores that Linear’s projects and issues are written to. */
export const mirrorStores = (db: Db, tables: MirrorTables) => ({
  workspaces: workspacesTable(db, tables.WORKSPACES_TABLE),
  projects: projectsTable(db, tables.PROJECTS_TABLE),
  features: mirroredFeatures(db, tables.FEATURES_TABLE),
});

export type MirrorStores = ReturnType<typeof mirrorStores>;

/** The stores of the webhook. It needs no others and bundles no others. */
export const webhookStores = (
  db: Db,
  tables: MirrorTables & Record<TableVariable<'linear_issues'>, string>,
) => ({
  ...mirrorStores(db, tables),
  linearIssues: mirroredIssues(db, tables.LINEAR_ISSUES_TABLE),
});

export type WebhookStores = ReturnType<typeof webhookStores>;
