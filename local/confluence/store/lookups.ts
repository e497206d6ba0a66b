import type { TableIndex } from '../../stand-in/journaled-tables.ts';
import type { Tables } from './tables.ts';

/** The columns that rows are looked up by. */
const columns = {
  Page: ['spaceId', 'parentId', 'titleKey'],
  Version: ['pageId'],
  Property: ['pageId'],
  Task: ['pageId'],
} as const;

type Indexed = keyof typeof columns;

/** What titles are compared by: two pages of a space may not differ in case alone. */
export const titleKey = (spaceId: string, title: string): string => `${spaceId} ${title.toLowerCase()}`;

const valueIn = (row: object, column: string): string | null => {
  if (column !== 'titleKey') return (row as Record<string, string | null>)[column] ?? null;
  const { spaceId, title } = row as { spaceId: string; title: string };
  return titleKey(spaceId, title);
};

/** Called with a page before and after each change of its row. */
export type PageListener = (before: Tables['Page'] | undefined, after: Tables['Page'] | undefined) => void;

/** The ids of the rows by the value of a column, kept in step with the tables. */
export class Lookups implements TableIndex<Tables> {
  readonly #ids = new Map<string, Set<string>>();
  readonly #rows = new Map<string, Tables[Indexed]>();
  readonly pageListeners: PageListener[] = [];

  ids(table: Indexed, column: string, value: string): Iterable<string> {
    return this.#ids.get(`${table} ${column} ${value}`) ?? [];
  }

  set(table: keyof Tables, row: Tables[keyof Tables]): void {
    if (!(table in columns)) return;
    this.#replace(table as Indexed, row.id, row as Tables[Indexed]);
  }

  delete(table: keyof Tables, row: Tables[keyof Tables]): void {
    if (!(table in columns)) return;
    this.#replace(table as Indexed, row.id, undefined);
  }

  clear(): void {
    this.#ids.clear();
    this.#rows.clear();
  }

  #replace(table: Indexed, id: string, after: Tables[Indexed] | undefined): void {
    const before = this.#rows.get(`${table} ${id}`);
    for (const column of columns[table]) {
      const [from, to] = [before, after].map((row) => {
        const value = row && valueIn(row, column);
        return value ? `${table} ${column} ${value}` : undefined;
      });
      if (from === to) continue;
      if (from) this.#ids.get(from)?.delete(id);
      if (!to) continue;
      const ids = this.#ids.get(to);
      if (ids) ids.add(id);
      else this.#ids.set(to, new Set([id]));
    }
    if (after) this.#rows.set(`${table} ${id}`, after);
    else this.#rows.delete(`${table} ${id}`);
    if (table === 'Page') {
      for (const listener of this.pageListeners) listener(before as Tables['Page'], after as Tables['Page']);
    }
  }
}
