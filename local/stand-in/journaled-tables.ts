import { Journal, type Operation } from './journal.ts';

/** Follows every change of the tables, for lookups other than by id. */
export interface TableIndex<Tables> {
  set(table: keyof Tables, row: Tables[keyof Tables]): void;
  delete(table: keyof Tables, row: Tables[keyof Tables]): void;
  clear(): void;
}

interface Options<Tables> {
  /** Forgets what an earlier run stored. */
  fresh?: boolean;
  index?: TableIndex<Tables>;
}

/**
 * The data of a stand-in: tables of rows in memory, and a journal from which a restart brings them back. A commit
 * returns once its line is in the file, so whatever was answered afterwards survives a kill.
 */
export class JournaledTables<Tables extends { [T in keyof Tables]: { id: string } }> {
  readonly #tables = new Map<keyof Tables, Map<string, Tables[keyof Tables]>>();
  readonly #journal: Journal<Tables>;
  readonly #index: TableIndex<Tables> | undefined;

  constructor(path: string, { fresh = false, index }: Options<Tables> = {}) {
    this.#index = index;
    this.#journal = new Journal(path, { fresh });
    for (const operations of this.#journal.read()) this.#apply(operations);
    this.#journal.rewrite(this.#currentRows());
  }

  get<T extends keyof Tables>(table: T, id: string): Tables[T] | undefined {
    return this.#table(table).get(id);
  }

  all<T extends keyof Tables>(table: T): Iterable<Tables[T]> {
    return this.#table(table).values();
  }

  count(table: keyof Tables): number {
    return this.#table(table).size;
  }

  set<T extends keyof Tables>(table: T, row: Tables[T]): void {
    this.commit([{ set: table, row } as Operation<Tables>]);
  }

  /**
   * Writes all of the operations, or none. `derive` runs when they are applied and returns operations that depend on
   * the new state, such as the webhooks that report a change. Both are one line of the journal.
   */
  commit(operations: Operation<Tables>[], derive?: () => Operation<Tables>[]): void {
    const undo = this.#inverseOf(operations);
    this.#apply(operations);
    let derived: Operation<Tables>[] = [];
    try {
      derived = derive?.() ?? [];
      this.#journal.append([...operations, ...derived]);
    } catch (error) {
      this.#apply(undo);
      throw error;
    }
    this.#apply(derived);
    if (this.#journal.isLong) this.#shorten();
  }

  /** Forgets every row except those of the given tables. */
  clear(keep: (keyof Tables)[]): void {
    this.#index?.clear();
    for (const [name, rows] of this.#tables) {
      if (!keep.includes(name)) rows.clear();
      for (const row of rows.values()) this.#index?.set(name, row);
    }
    this.#journal.rewrite(this.#currentRows());
  }

  /**
   * A rewrite that fails, because the disk is full, is tried again later. The commit before it is in the file already, so
   * it must not be answered as refused.
   */
  #shorten(): void {
    try {
      this.#journal.rewrite(this.#currentRows());
    } catch {
      // The journal is as it was, only long.
    }
  }

  close(): void {
    this.#journal.close();
  }

  #table<T extends keyof Tables>(table: T): Map<string, Tables[T]> {
    let rows = this.#tables.get(table);
    if (!rows) {
      rows = new Map();
      this.#tables.set(table, rows);
    }
    return rows as Map<string, Tables[T]>;
  }

  #apply(operations: Operation<Tables>[]): void {
    for (const operation of operations) {
      if ('set' in operation) {
        const { set: table, row } = operation;
        this.#table<keyof Tables>(table).set(row.id, row);
        this.#index?.set(table, row);
      } else {
        const { delete: table, id } = operation;
        const row = this.#table(table).get(id);
        this.#table(table).delete(id);
        if (row) this.#index?.delete(table, row);
      }
    }
  }

  #inverseOf(operations: Operation<Tables>[]): Operation<Tables>[] {
    return operations.map((operation) => {
      const table: keyof Tables = 'set' in operation ? operation.set : operation.delete;
      const id = 'set' in operation ? operation.row.id : operation.id;
      const row = this.#table(table).get(id);
      return row ? ({ set: table, row } as Operation<Tables>) : { delete: table, id };
    });
  }

  *#currentRows(): Generator<Operation<Tables>> {
    for (const [set, rows] of this.#tables) {
      for (const row of rows.values()) yield { set, row } as Operation<Tables>;
    }
  }
}
