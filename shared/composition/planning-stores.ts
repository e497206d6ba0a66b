import type { Db } from '../data/client.ts';
import { itemDecisions } from '../data/planning/item-decisions.ts';
import { itemsTable } from '../data/planning/items.ts';
import { readingStorage } from '../data/planning/reading-storage.ts';
import { sessionsTable } from '../data/planning/sessions.ts';
import { sitesTable } from '../data/planning/sites.ts';
import { textsTable } from '../data/planning/texts.ts';
import type { TableVariable } from '../data/tables.ts';

export type PlanningTables = Record<
  TableVariable<'confluence_sites' | 'planning_sessions' | 'planning_items' | 'planning_texts'>,
  string
>;

/** The stores of planning. */
export const planningStores = (db: Db, tables: PlanningTables) => {
  const sessions = sessionsTable(db, tables.PLANNING_SESSIONS_TABLE);
  const texts = textsTable(db, tables.PLANNING_TEXTS_TABLE);
  const items = itemsTable(db, tables.PLANNING_ITEMS_TABLE, texts);
  return {
    sites: sitesTable(db, tables.CONFLUENCE_SITES_TABLE),
    sessions,
    texts,
    items,
    readingStorage: readingStorage(db, { sessions, items, texts }),
    itemDecisions: itemDecisions(db, tables.PLANNING_ITEMS_TABLE, { sessions, texts }),
  };
};
