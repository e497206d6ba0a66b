import type { Row } from './model.ts';

export type OrderKey = 'createdAt' | 'updatedAt';

/** A position in a sort order. Rows with equal times are sorted by id. */
export interface Place {
  at: string;
  id: string;
}

const compare = (row: Row, by: OrderKey, { at, id }: Place): number => {
  const own = row[by];
  if (own !== at) return own < at ? -1 : 1;
  return row.id === id ? 0 : row.id < id ? -1 : 1;
};

/** Rows sorted by a time, oldest first, which stay sorted while rows are added and removed. */
export class SortedRows<T extends Row> {
  readonly by: OrderKey;
  readonly #rows: T[];

  constructor(by: OrderKey, rows: Iterable<T>) {
    this.by = by;
    this.#rows = [...rows].sort((a, b) => compare(a, by, this.placeOf(b)));
  }

  placeOf(row: Row): Place {
    return { at: row[this.by], id: row.id };
  }

  add(row: T): void {
    this.#rows.splice(this.#firstFrom(this.placeOf(row)), 0, row);
  }

  remove(row: T): void {
    const index = this.#firstFrom(this.placeOf(row));
    if (this.#rows[index]?.id === row.id) this.#rows.splice(index, 1);
  }

  /** The rows strictly between two places, newest first. */
  *newestFirst(bounds: Bounds = {}): Generator<T> {
    const [start, end] = this.#range(bounds);
    for (let index = end - 1; index >= start; index -= 1) yield this.#rows[index] as T;
  }

  /** The rows strictly between two places, oldest first. */
  *oldestFirst(bounds: Bounds = {}): Generator<T> {
    const [start, end] = this.#range(bounds);
    for (let index = start; index < end; index += 1) yield this.#rows[index] as T;
  }

  /** The number of rows strictly between two places. */
  count(bounds: Bounds): number {
    const [start, end] = this.#range(bounds);
    return Math.max(0, end - start);
  }

  #range({ above, below }: Bounds): [start: number, end: number] {
    const start = above ? this.#firstFrom(above, 1) : 0;
    return [start, below ? this.#firstFrom(below) : this.#rows.length];
  }

  /** The index of the first row at or after a place; with `past` 1, of the first row after it. */
  #firstFrom(place: Place, past = 0): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#rows[middle] as T, this.by, place) < past) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The range strictly between two places. A side that is not given is unbounded. */
export interface Bounds {
  above?: Place | undefined;
  below?: Place | undefined;
}
