import { join } from 'node:path';
import type { Operation as TableOperation } from '../../stand-in/journal.ts';
import { JournaledTables } from '../../stand-in/journaled-tables.ts';
import { Lookups, type PageListener, titleKey } from './lookups.ts';
import type { Page, Property, Task, Version } from './model.ts';
import type { Tables } from './tables.ts';

type Operation = TableOperation<Tables>;

/** The first id of what is created after the seed. Pages, versions, properties and tasks share one sequence. */
const FIRST_ID = 13_900_000;

/** Changes that are written together or not at all. */
export class Transaction {
  readonly operations: Operation[] = [];
  #lastId: number;

  constructor(lastId: number) {
    this.#lastId = lastId;
  }

  set<T extends keyof Tables>(table: T, row: Tables[T]): Tables[T] {
    this.operations.push({ set: table, row } as Operation);
    return row;
  }

  delete(table: keyof Tables, id: string): void {
    this.operations.push({ delete: table, id });
  }

  /** An id that nothing had before, not even what was purged. */
  nextId(): string {
    this.#lastId += 1;
    this.set('Setting', { id: 'lastId', value: this.#lastId });
    return String(this.#lastId);
  }
}

/** Everything that the local Confluence keeps, in `confluence.jsonl` of the data directory. */
export class Store extends JournaledTables<Tables> {
  readonly #lookups: Lookups;

  constructor(dataDir: string, { fresh = false } = {}) {
    const lookups = new Lookups();
    super(join(dataDir, 'confluence.jsonl'), { fresh, index: lookups });
    this.#lookups = lookups;
  }

  /** Runs a change and writes it as one line of the journal. It reads the state from before the change. */
  write<Result>(change: (transaction: Transaction) => Result): Result {
    const transaction = new Transaction(Number(this.get('Setting', 'lastId')?.value ?? FIRST_ID));
    const result = change(transaction);
    if (transaction.operations.length > 0) this.commit(transaction.operations);
    return result;
  }

  onPage(listener: PageListener): void {
    this.#lookups.pageListeners.push(listener);
  }

  /** Every page of a space, of any status. */
  pagesOf(spaceId: string): Page[] {
    return this.#by('Page', 'spaceId', spaceId);
  }

  /** The pages directly below a page, of any status, in the order of their position. */
  childrenOf(pageId: string): Page[] {
    return this.#by('Page', 'parentId', pageId).sort(
      (a, b) => (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id),
    );
  }

  /** The page of a title in a space, of any status. Case is ignored. */
  pageByTitle(spaceId: string, title: string): Page | undefined {
    return this.#by('Page', 'titleKey', titleKey(spaceId, title))[0];
  }

  /** The versions of a page, oldest first. */
  versionsOf(pageId: string): Version[] {
    return this.#by('Version', 'pageId', pageId).sort((a, b) => a.number - b.number);
  }

  propertiesOf(pageId: string): Property[] {
    return this.#by('Property', 'pageId', pageId);
  }

  tasksOf(pageId: string): Task[] {
    return this.#by('Task', 'pageId', pageId);
  }

  #by<T extends 'Page' | 'Version' | 'Property' | 'Task'>(
    table: T,
    column: string,
    value: string,
  ): Tables[T][] {
    return [...this.#lookups.ids(table, column, value)]
      .map((id) => this.get(table, id))
      .filter((row) => row !== undefined);
  }
}

/** Orders ids by their number, which may be larger than what a JavaScript number holds. */
export const compareIds = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
