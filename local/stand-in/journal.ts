import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
 * `read` skips: that transaction never happened. What cannot be written, because the disk is full, throws and leaves the
 * file as it was. A power failure may lose the newest lines, since nothing is synced.
 */
export class Journal<Tables> {
  readonly #path: string;
  #file: number | undefined;
  #bytes = 0;
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
    try {
      writeFileSync(this.#file, line);
    } catch (error) {
      // A torn line must not run into the next one.
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
    const written = Buffer.byteLength(line);
    this.#bytes += written;
    this.#appendedBytes += written;
  }

  /** Replaces the file, in one rename, by one line for each of the operations, and opens it for `append`. */
  rewrite(operations: Iterable<Operation<Tables>>): void {
    const next = `${this.#path}.next`;
    const file = openSync(next, 'w', 0o600);
    try {
      let lines: string[] = [];
      for (const operation of operations) {
        lines.push(`${JSON.stringify([operation])}\n`);
        if (lines.length < ROWS_PER_WRITE) continue;
        writeFileSync(file, lines.join(''));
        lines = [];
      }
      writeFileSync(file, lines.join(''));
    } catch (error) {
      rmSync(next);
      // It is not long before as much has been appended again.
      this.#appendedBytes = 0;
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(next, this.#path);
    this.close();
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#bytes = fstatSync(this.#file).size;
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
