import type { TableIndex } from '../../stand-in/journaled-tables.ts';
import { Collection } from './collection.ts';
import { type Entities, type EntityType, isEntityType, type Row } from './model.ts';
import type { Tables } from './tables.ts';

/** The rows of each entity type and organization, kept in step with the tables. */
export class Collections implements TableIndex<Tables> {
  readonly #collections = new Map<string, Collection<Row>>();

  of<T extends EntityType>(type: T, organizationId: string): Collection<Entities[T]> {
    const key = `${type} ${organizationId}`;
    let collection = this.#collections.get(key);
    if (!collection) {
      collection = new Collection();
      this.#collections.set(key, collection);
    }
    return collection as unknown as Collection<Entities[T]>;
  }

  set(table: keyof Tables, row: Tables[keyof Tables]): void {
    if (isEntityType(table)) this.of(table, (row as Row).organizationId).set(row as never);
  }

  delete(table: keyof Tables, row: Tables[keyof Tables]): void {
    if (isEntityType(table)) this.of(table, (row as Row).organizationId).delete(row.id);
  }

  clear(): void {
    this.#collections.clear();
  }
}
