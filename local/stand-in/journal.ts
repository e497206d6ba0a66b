import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes that may be appended before the journal is rewritten. */
const MAX_APPENDED_BYTES = 64 * 1024 * 1024;
/** Rows are written in pieces of this many, so that no string of the whole data is ever built. */
const ROWS_PER_WRITE = 1000;

/** A row written whole, or a row deleted. */
export type Operation<Tables> =
  | { [T in keyof Tables]: { set: T; row: Tables[T] } }[keyof Tables]
  | { delete: keyof Tables; id: string };

/**
 * An append-only file with one JSON line per transaction. A kill in mid-write leaves a torn last line, which
 * `read` skips: that transaction never happened. A power failure may lose the newest lines, since nothing is synced.
 */
export class Journal<Tables> {
  readonly #path: string;
  #file: number | undefined;
  #appendedBytes = 0;

  constructor(path: string, { fresh = false } = {}) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    if (fresh) rmSync(path, { force: true });
  }

  /** Whether enough was appended since the last rewrite to make another one worthwhile. */
  get isLong(): boolean {
    return this.#appendedBytes >= MAX_APPENDED_BYTES;
  }

  /** The transactions in the order they were appended. */
  *read(): Generator<Operation<Tables>[]> {
    const content = readIfPresent(this.#path);
    for (let start = 0; start < content.length; ) {
      const end = content.indexOf('\n', start);
      if (end < 0) return;
      const operations = parseLine<Tables>(content.toString('utf8', start, end));
      if (operations) yield operations;
      start = end + 1;
    }
  }

  append(operations: Operation<Tables>[]): void {
    const line = `${JSON.stringify(operations)}\n`;
    if (this.#file === undefined) throw new Error('the journal is not open: call rewrite first');
    writeSync(this.#file, line);
    this.#appendedBytes += line.length;
  }

  /** Replaces the file, in one rename, by one line for each of the operations, and opens it for `append`. */
  rewrite(operations: Iterable<Operation<Tables>>): void {
    const next = `${this.#path}.next`;
    const file = openSync(next, 'w', 0o600);
    let lines: string[] = [];
    for (const operation of operations) {
      lines.push(`${JSON.stringify([operation])}\n`);
      if (lines.length < ROWS_PER_WRITE) continue;
      writeSync(file, lines.join(''));
      lines = [];
    }
    if (lines.length > 0) writeSync(file, lines.join(''));
    closeSync(file);
    renameSync(next, this.#path);
    this.close();
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#appendedBytes = 0;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

const readIfPresent = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};

const parseLine = <Tables>(line: string): Operation<Tables>[] | undefined => {
  try {
    return JSON.parse(line) as Operation<Tables>[];
  } catch {
    return undefined;
  }
};
