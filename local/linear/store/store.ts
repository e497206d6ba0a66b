import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Collection } from './collection.ts';
import { type Entities, type EntityType, isEntityType, type Row } from './model.ts';
import type { Tables } from './tables.ts';

type TableName = keyof Tables;
export type Operation =
  | { [T in TableName]: { set: T; row: Tables[T] } }[TableName]
  | { delete: TableName; id: string };

/** The journal is rewritten once it is this much longer than what it amounts to. */
const SLACK_BYTES = 64 * 1024 * 1024;
/** Written in pieces of this many rows, so that no string of the whole store is ever built. */
const ROWS_A_WRITE = 1000;

/**
 * Maps in memory, and an append-only journal with one line per transaction. Nobody sees a transaction before its
 * line is written, so whatever was answered survives a kill; a torn last line was never answered.
 */
export class Store {
  readonly #path: string;
  #tables = new Map<TableName, Map<string, unknown>>();
  #collections = new Map<string, Collection<Row>>();
  #journal: number;
  #slackBytes = 0;

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

  count(table: TableName): number {
    return this.#table(table).size;
  }

  /** Every row of a type that an organization has, with its orders and indexes. */
  collection<T extends EntityType>(type: T, organizationId: string): Collection<Entities[T]> {
    const key = `${type} ${organizationId}`;
    let collection = this.#collections.get(key);
    if (!collection) {
      collection = new Collection();
      this.#collections.set(key, collection);
    }
    return collection as unknown as Collection<Entities[T]>;
  }

  /**
   * Writes all of the operations, or (after a crash) none. `follow` sees them applied and may add what belongs to
   * the same line: an event is on disk if, and only if, what it tells of is.
   */
  commit(operations: Operation[], follow?: () => Operation[]): void {
    const undo = follow && this.#undoOf(operations);
    this.#apply(operations);
    try {
      const more = follow?.() ?? [];
      this.#append(more.length > 0 ? [...operations, ...more] : operations);
      this.#apply(more);
    } catch (error) {
      if (undo) this.#apply(undo);
      throw error;
    }
  }

  set<T extends TableName>(table: T, row: Tables[T]): void {
    this.commit([{ set: table, row } as Operation]);
  }

  /** Forgets every row except those of the tables named. */
  clear(keep: TableName[]): void {
    this.#collections.clear();
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
      if ('set' in operation) {
        this.#table<TableName>(operation.set).set(operation.row.id, operation.row);
        if (isEntityType(operation.set)) {
          const row = operation.row as Row;
          this.collection(operation.set, row.organizationId).set(row as never);
        }
      } else {
        const row = this.#table(operation.delete).get(operation.id);
        this.#table(operation.delete).delete(operation.id);
        if (row && isEntityType(operation.delete)) {
          this.collection(operation.delete, (row as Row).organizationId).delete(operation.id);
        }
      }
    }
  }

  #undoOf(operations: Operation[]): Operation[] {
    return operations.map((operation) => {
      const [table, id] =
        'set' in operation ? [operation.set, operation.row.id] : [operation.delete, operation.id];
      const row = this.#table<TableName>(table).get(id);
      return row ? ({ set: table, row } as Operation) : { delete: table, id };
    });
  }

  #append(operations: Operation[]): void {
    const line = `${JSON.stringify(operations)}\n`;
    writeSync(this.#journal, line);
    this.#slackBytes += line.length;
    if (this.#slackBytes < SLACK_BYTES) return;
    closeSync(this.#journal);
    this.#journal = this.#compact();
  }

  /** Replaces the journal by what it amounts to, whole or not at all, and opens it for appending. */
  #compact(): number {
    const next = `${this.#path}.next`;
    const file = openSync(next, 'w', 0o600);
    let lines: string[] = [];
    const flush = (): void => {
      if (lines.length > 0) writeSync(file, lines.join(''));
      lines = [];
    };
    for (const [set, rows] of this.#tables) {
      for (const row of rows.values()) {
        lines.push(`${JSON.stringify([{ set, row }])}\n`);
        if (lines.length === ROWS_A_WRITE) flush();
      }
    }
    flush();
    closeSync(file);
    renameSync(next, this.#path);
    this.#slackBytes = 0;
    return openSync(this.#path, 'a', 0o600);
  }
}

function* readJournal(path: string): Generator<Operation[]> {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf('\n', start);
    if (end < 0) return;
    const operations = readLine(content.toString('utf8', start, end));
    if (operations) yield operations;
    start = end + 1;
  }
}

/** A line torn by a kill in mid-write is nothing: it was never answered, so nobody relies on it. */
const readLine = (line: string): Operation[] | undefined => {
  try {
    return JSON.parse(line) as Operation[];
  } catch {
    return undefined;
  }
};
