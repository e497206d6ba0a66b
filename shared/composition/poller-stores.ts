import type { Db } from '../data/client.ts';
import { dependenciesTable } from '../data/features/dependencies.ts';
import { linearIssuesTable } from '../data/mirror/linear-issues.ts';
import type { TableVariable } from '../data/tables.ts';
import { stores, type Tables } from './stores.ts';

/** The stores of the poller, which alone keeps track of what depends on what, and of what plans are bound to. */
export const pollerStores = (
  db: Db,
  tables: Tables & Record<TableVariable<'dependencies' | 'linear_issues'>, string>,
) => ({
  ...stores(db, tables),
  linearIssues: linearIssuesTable(db, tables.LINEAR_ISSUES_TABLE),
  dependencies: dependenciesTable(db, tables.DEPENDENCIES_TABLE),
});

export type PollerStores = ReturnType<typeof pollerStores>;
