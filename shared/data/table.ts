import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { batched } from '../batched.ts';
import { type Change, type Checked, updateExpression } from './change.ts';
import { type Db, type Item, marshalled } from './client.ts';
import type { Condition } from './condition.ts';
import { placeholders } from './placeholders.ts';
import type { TableSpec } from './tables.ts';

/**
 * The result of a conditional write. If it was made, `old` is the row before, if that was requested. If it was
 * refused, `row` is the current row, if there is one.
 */
export type Written = { ok: true; old?: Item | undefined } | { ok: false; row?: Item };

/** The page of a list that follows the key `start`. */
export type PageAfter = { limit: number; start?: Item | undefined };
/** `next` is the key to continue from. */
export type Page<T> = { items: T[]; next?: Item | undefined };

/** A Query of a table or of one of its indexes. */
export type Query<Row, Index extends string = string> = {
  index?: Index;
  where: Condition<Row>;
  /** Selects from the items that `where` finds. The others are read and paid for too. */
  filter?: Condition<Row> | undefined;
  limit?: number | undefined;
  start?: Item | undefined;
  /** In descending order of the sort key. */
  backwards?: boolean;
  consistent?: boolean;
};

type KeyOf<Row, Spec extends TableSpec> = {
  [K in (Spec['pk'] | (Spec extends { sk: infer S } ? S : never)) & keyof Row]: NonNullable<Row[K]>;
};

/**
 * The attribute with the version of the table's schema that a row was first written in. Rows without it are of version
 * 1, and have to be stamped before the version of their table is raised (docs/decisions/0013).
 */
const VERSION = 'rowVersion';

const written = (version: number): object => ({ [VERSION]: version });

const updateInput = <Row>(table: string, key: object, change: Change<Row>, version: number) => {
  const { to, bound } = placeholders();
  const init: Change<Row>['init'] = { ...change.init, ...written(version) };
  return {
    TableName: table,
    Key: marshalled(key),
    UpdateExpression: updateExpression({ ...change, init }, to),
    ConditionExpression: change.when?.write(to) || undefined,
    ...bound(),
  };
};

export type Update = ReturnType<typeof updateInput>;

const deleteInput = <Row>(table: string, key: object, when: Condition<Row>) => {
  const { to, bound } = placeholders();
  return {
    TableName: table,
    Key: marshalled(key),
    ConditionExpression: when.write(to),
    ...bound(),
  };
};

export type Deletion = ReturnType<typeof deleteInput>;

const putInput = <Row extends object>(table: string, row: Row, when: Condition<Row>, version: number) => {
  const { to, bound } = placeholders();
  return {
    TableName: table,
    Item: marshalled({ ...row, ...written(version) }),
    ConditionExpression: when.write(to),
    ...bound(),
  };
};

export type Put = ReturnType<typeof putInput>;

/** How often keys of a batch are requested. If DynamoDB leaves some unread every time, that counts as an outage. */
const MOST_BATCH_TRIES = 7;

/** Reads up to 100 rows consistently, in any order. DynamoDB leaves keys unread if it is busy or the answer is full. */
const readBatch = async (
  { client }: Db,
  name: string,
  keys: Record<string, AttributeValue>[],
): Promise<Item[]> => {
  const rows: Item[] = [];
  for (let tries = 1, wanted = keys; ; tries++) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } }),
    );
    rows.push(...(Responses?.[name] ?? []).map((row) => unmarshall(row)));
    wanted = UnprocessedKeys?.[name]?.Keys ?? [];
    if (wanted.length === 0) return rows;
    if (tries === MOST_BATCH_TRIES)
      throw new Error(`DynamoDB left ${wanted.length} rows of ${name} unread ${tries} times.`);
    await sleep(Math.random() * 50 * 2 ** tries);
  }
};

const openTable = <Row extends object, Spec extends TableSpec>(db: Db, name: string, spec: Spec) => {
  const { client } = db;
  const keyOf = (item: Item): string => JSON.stringify([item[spec.pk], spec.sk && item[spec.sk]]);
  return {
    /** Reads one row, consistently. */
    async get(key: KeyOf<Row, Spec>): Promise<Item | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: name, Key: marshalled(key), ConsistentRead: true }),
      );
      return Item && unmarshall(Item);
    },

    /** Reads rows by key, consistently and in the order of `keys`. Rows that do not exist are left out. */
    async batchGet(keys: readonly KeyOf<Row, Spec>[]): Promise<Item[]> {
      const rows = new Map<string, Item>();
      for (const batch of batched(keys.map(marshalled), { size: 100 }))
        for (const row of await readBatch(db, name, batch)) rows.set(keyOf(row), row);
      return keys.flatMap((key) => rows.get(keyOf(key)) ?? []);
    },

    /**
     * Parses each row with the schema of the table. A row that cannot be read is left out and reported to
     * `onUnreadable`, so that it does not hold up the others, which may belong to other workspaces.
     */
    readable<R>(items: readonly Item[], read: (item: Item) => R): R[] {
      return items.flatMap((item) => {
        try {
          return [read(item)];
        } catch (error) {
          db.onUnreadable({ table: name, id: item.id, error: error as Error });
          return [];
        }
      });
    },

    /** One page of the table or of an index. */
    async query({
      index,
      where,
      filter,
      limit,
      start,
      backwards = false,
      consistent,
    }: Query<Row, keyof Spec['indexes'] & string>): Promise<Page<Item>> {
      const { to, bound } = placeholders();
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: index,
          KeyConditionExpression: where.write(to),
          FilterExpression: filter?.write(to),
          Limit: limit,
          ExclusiveStartKey: start && marshalled(start),
          ScanIndexForward: !backwards,
          ConsistentRead: consistent,
          ...bound(),
        }),
      );
      return {
        items: Items.map((item) => unmarshall(item)),
        next: LastEvaluatedKey && unmarshall(LastEvaluatedKey),
      };
    },

    /** Writes a row and replaces any existing one. */
    async put(row: Row): Promise<void> {
      await client.send(
        new PutItemCommand({ TableName: name, Item: marshalled({ ...row, ...written(spec.version) }) }),
      );
    },

    /** Makes a change. If its condition fails, returns the row that refused it. */
    async update<C extends Change<Row>>(
      key: KeyOf<Row, Spec>,
      change: C & Checked<Row, C>,
      { returnOld = false } = {},
    ): Promise<Written> {
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            ...updateInput(name, key, change, spec.version),
            ReturnValues: returnOld ? 'ALL_OLD' : 'NONE',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { ok: true, old: Attributes && unmarshall(Attributes) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return error.Item ? { ok: false, row: unmarshall(error.Item) } : { ok: false };
      }
    },

    /** A change as one step of a transaction (transaction.ts). */
    step<C extends Change<Row>>(key: KeyOf<Row, Spec>, change: C & Checked<Row, C>): { Update: Update } {
      return { Update: updateInput(name, key, change, spec.version) };
    },

    /** A whole row, new or instead of the one that is there, as one step of a transaction. */
    replacement(row: Row, when: Condition<Row>): { Put: Put } {
      return { Put: putInput(name, row, when, spec.version) };
    },

    /** A deletion as one step of a transaction. */
    deletion(key: KeyOf<Row, Spec>, when: Condition<Row>): { Delete: Deletion } {
      return { Delete: deleteInput(name, key, when) };
    },

    /** Deletes a row. Returns the row as it was, or nothing if the condition failed. */
    async delete(key: KeyOf<Row, Spec>, when: Condition<Row>): Promise<Item | undefined> {
      try {
        const { Attributes } = await client.send(
          new DeleteItemCommand({ ...deleteInput(name, key, when), ReturnValues: 'ALL_OLD' }),
        );
        return Attributes && unmarshall(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
};

/**
 * Opens one table with rows of type `Row`. Values are native, as in the SDK's document client, and the compiler
 * checks every attribute that a write, condition or key names. `spec` is the table's entry in tables.ts, `name` its
 * name in this deployment. Rows are returned unparsed; the schema of the table parses them.
 */
export const tableOf =
  <Row extends object>() =>
  <const Spec extends TableSpec>(db: Db, name: string, spec: Spec) =>
    openTable<Row, Spec>(db, name, spec);

export type Table<Row extends object, Spec extends TableSpec> = ReturnType<typeof openTable<Row, Spec>>;
