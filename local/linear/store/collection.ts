import type { Row } from './model.ts';
import { type OrderKey, SortedRows } from './sorted-rows.ts';

const property = (row: Row, key: string): unknown => (row as unknown as Record<string, unknown>)[key];

/** The keys of a row in an index: its value, or each value of a list. */
const valuesOf = (row: Row, key: string): string[] => {
  const value = property(row, key);
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
};

/** All rows of a type that one organization has. Sort orders and indexes are built at their first use. */
export class Collection<T extends Row> {
  readonly #rows = new Map<string, T>();
  readonly #sorted = new Map<OrderKey, SortedRows<T>>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  values(): Iterable<T> {
    return this.#rows.values();
  }

  set(row: T): void {
    this.#forget(this.#rows.get(row.id));
    this.#rows.set(row.id, row);
    for (const sorted of this.#sorted.values()) sorted.add(row);
    for (const [key, index] of this.#indexes) addTo(index, row, key);
  }

  delete(id: string): void {
    this.#forget(this.#rows.get(id));
    this.#rows.delete(id);
  }

  sortedBy(by: OrderKey): SortedRows<T> {
    let sorted = this.#sorted.get(by);
    if (!sorted) {
      sorted = new SortedRows(by, this.#rows.values());
      this.#sorted.set(by, sorted);
    }
    return sorted;
  }

  /** The ids of the rows whose property is the value, or is a list that contains it. */
  idsBy(key: string, value: string): ReadonlySet<string> {
    let index = this.#indexes.get(key);
    if (!index) {
      index = new Map();
      for (const row of this.#rows.values()) addTo(index, row, key);
      this.#indexes.set(key, index);
    }
    return index.get(value) ?? NONE;
  }

  *by(key: string, value: string): Generator<T> {
    for (const id of this.idsBy(key, value)) {
      const row = this.#rows.get(id);
      if (row) yield row;
    }
  }

  #forget(row: T | undefined): void {
    if (!row) return;
    for (const sorted of this.#sorted.values()) sorted.remove(row);
    for (const [key, index] of this.#indexes) {
      for (const value of valuesOf(row, key)) {
        const ids = index.get(value);
        ids?.delete(row.id);
        if (ids?.size === 0) index.delete(value);
      }
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

const addTo = (index: Map<string, Set<string>>, row: Row, key: string): void => {
  for (const value of valuesOf(row, key)) {
    const ids = index.get(value);
    if (ids) ids.add(row.id);
    else index.set(value, new Set([row.id]));
  }
};
