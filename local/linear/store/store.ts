import { join } from 'node:path';
import type { Operation as TableOperation } from '../../stand-in/journal.ts';
import { JournaledTables } from '../../stand-in/journaled-tables.ts';
import type { Collection } from './collection.ts';
import { Collections } from './collections.ts';
import type { Entities, EntityType } from './model.ts';
import type { Tables } from './tables.ts';

export type Operation = TableOperation<Tables>;

/** Everything that the local Linear keeps, in `linear.jsonl` of the data directory. */
export class Store extends JournaledTables<Tables> {
  readonly #collections: Collections;

  constructor(dataDir: string, { fresh = false } = {}) {
    const collections = new Collections();
    super(join(dataDir, 'linear.jsonl'), { fresh, index: collections });
    this.#collections = collections;
  }

  /** Every row of a type that an organization has, with its orders and indexes. */
  collection<T extends EntityType>(type: T, organizationId: string): Collection<Entities[T]> {
    return this.#collections.of(type, organizationId);
  }
}
