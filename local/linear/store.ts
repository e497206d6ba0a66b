import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Tables } from './model.ts';

type TableName = keyof Tables;
export type Operation =
  | { [T in TableName]: { set: T; row: Tables[T] } }[TableName]
  | { delete: TableName; id: string };

/**
 * Maps in memory, and an append-only journal with one line per transaction. A line is written before its
 * transaction shows, so whatever was answered survives a kill; a torn last line was never answered.
 */
export class Store {
  readonly #path: string;
  #tables = new Map<TableName, Map<string, unknown>>();
  #journal: number;

  constructor(dataDir: string, { fresh = false } = {}) {
    mkdirSync(dataDir, { recursive: true });
    this.#path = join(dataDir, 'linear.jsonl');
    if (fresh) rmSync(this.#path, { force: true });
    for (const operations of readJournal(this.#path)) this.#apply(operations);
    this.#journal = this.#compact();
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#table(table).get(id);
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.#table(table).values();
  }

  /** Writes all of the operations, or (after a crash) none. */
  commit(operations: Operation[]): void {
    writeSync(this.#journal, `${JSON.stringify(operations)}\n`);
    this.#apply(operations);
  }

  set<T extends TableName>(table: T, row: Tables[T]): void {
    this.commit([{ set: table, row } as Operation]);
  }

  delete(table: TableName, id: string): void {
    this.commit([{ delete: table, id }]);
  }

  /** Forgets every row except those of the tables named. */
  clear(keep: TableName[]): void {
    for (const [name, rows] of this.#tables) if (!keep.includes(name)) rows.clear();
    closeSync(this.#journal);
    this.#journal = this.#compact();
  }

  close(): void {
    closeSync(this.#journal);
  }

  #table<T extends TableName>(table: T): Map<string, Tables[T]> {
    let rows = this.#tables.get(table);
    if (!rows) {
      rows = new Map();
      this.#tables.set(table, rows);
    }
    return rows as Map<string, Tables[T]>;
  }

  #apply(operations: Operation[]): void {
    for (const operation of operations) {
      if ('set' in operation) this.#table<TableName>(operation.set).set(operation.row.id, operation.row);
      else this.#table(operation.delete).delete(operation.id);
    }
  }

  /** Replaces the journal by what it amounts to, whole or not at all, and opens it for appending. */
  #compact(): number {
    const lines = [...this.#tables].flatMap(([set, rows]) =>
      [...rows.values()].map((row) => `${JSON.stringify([{ set, row }])}\n`),
    );
    const next = `${this.#path}.next`;
    writeFileSync(next, lines.join(''));
    renameSync(next, this.#path);
    return openSync(this.#path, 'a');
  }
}

function* readJournal(path: string): Generator<Operation[]> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const line of text.split('\n')) {
    try {
      if (line) yield JSON.parse(line) as Operation[];
    } catch {
      // Torn by a kill in mid-write: never answered, so nobody relies on it.
    }
  }
}
