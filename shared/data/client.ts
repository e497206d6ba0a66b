import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  type NativeAttributeValue,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export type Db = DynamoDBDocumentClient;
export type Item = Record<string, NativeAttributeValue>;

/** The DynamoDB client of one function, made once at its cold start. */
export const dynamo = (client = new DynamoDBClient({})): Db =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/**
 * What a conditional write met: it was made (`old`: the row before, where that was asked for), or the row as it
 * stands instead (nothing where there is none).
 */
export type Written = { ok: true; old?: Item | undefined } | { ok: false; row?: Item };

const answerOf = async (write: Promise<{ Attributes?: Item | undefined }>): Promise<Written> => {
  try {
    return { ok: true, old: (await write).Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // lib-dynamodb unmarshalls outputs but not errors.
    return error.Item ? { ok: false, row: unmarshall(error.Item) } : { ok: false };
  }
};

/**
 * One UpdateItem in words. Keys of `set`, `init` and `remove` are attribute names, or `map.key` for an entry of
 * a map. In `when`, `#name` is an attribute and `:name` one of `values`.
 */
export type Change = {
  set?: Item;
  /** Set only where the attribute does not stand yet. */
  init?: Item;
  add?: Item;
  remove?: readonly string[];
  when?: string;
  values?: Item;
  returnOld?: boolean;
};

/** Makes a change; a lost condition is an answer, with the row that refused it. */
export const update = (db: Db, table: string, key: Item, change: Change): Promise<Written> =>
  answerOf(db.send(new UpdateCommand(updateInput(table, key, change))));

const updateInput = (table: string, key: Item, change: Change): UpdateCommandInput => {
  const names: Record<string, string> = {};
  const values: Item = {};
  const path = (attribute: string): string =>
    attribute
      .split('.')
      .map((part) => {
        const name = `#n${Object.keys(names).length}`;
        names[name] = part;
        return name;
      })
      .join('.');
  const value = (of: NativeAttributeValue): string => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = of;
    return name;
  };
  const defined = (item: Item = {}) => Object.entries(item).filter(([, of]) => of !== undefined);

  const set = [
    ...defined(change.set).map(([attribute, of]) => `${path(attribute)} = ${value(of)}`),
    ...defined(change.init).map(([attribute, of]) => {
      const name = path(attribute);
      return `${name} = if_not_exists(${name}, ${value(of)})`;
    }),
  ];
  const add = defined(change.add).map(([attribute, of]) => `${path(attribute)} ${value(of)}`);
  const remove = (change.remove ?? []).map(path);
  const clauses = [
    set.length > 0 && `SET ${set.join(', ')}`,
    remove.length > 0 && `REMOVE ${remove.join(', ')}`,
    add.length > 0 && `ADD ${add.join(', ')}`,
  ];

  for (const [, name] of (change.when ?? '').matchAll(/#(\w+)/g)) if (name) names[`#${name}`] = name;
  for (const [name, of] of defined(change.values)) values[`:${name}`] = of;
  return {
    TableName: table,
    Key: key,
    UpdateExpression: clauses.filter(Boolean).join(' '),
    ConditionExpression: change.when,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
    ReturnValues: change.returnOld ? 'ALL_OLD' : 'NONE',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
};

/** A DeleteItem whose lost condition is an answer: nothing. Otherwise the row as it was. */
export const deleteIf = async (
  db: Db,
  table: string,
  key: Item,
  { when, values }: { when: string; values: Item },
): Promise<Item | undefined> => {
  const names = Object.fromEntries(
    [...when.matchAll(/#(\w+)/g)].map(([placeholder, name]) => [placeholder, name]),
  );
  const bound = Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
  const command = new DeleteCommand({
    TableName: table,
    Key: key,
    ConditionExpression: when,
    ExpressionAttributeNames: names as Record<string, string>,
    ExpressionAttributeValues: bound,
    ReturnValues: 'ALL_OLD',
  });
  try {
    return (await db.send(command)).Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

/** Reads rows by id, consistently, in any number and in the order of `ids`, without those that do not stand. */
export const batchGet = async (db: Db, table: string, ids: readonly string[]): Promise<Item[]> => {
  const rows = new Map<string, Item>();
  for (let start = 0; start < ids.length; start += 100) {
    let wanted: Item[] = ids.slice(start, start + 100).map((id) => ({ id }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
      if (attempt > 6) throw new Error(`DynamoDB left ${wanted.length} rows of ${table} unread six times.`);
      const request = { RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await db.send(new BatchGetCommand(request));
      for (const row of Responses?.[table] ?? []) rows.set(row.id, row);
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return ids.flatMap((id) => rows.get(id) ?? []);
};

/** Which page of a list: the one after the key `start`. */
export type PageAfter = { limit: number; start?: Item | undefined };
/** `next` is the key to go on from. */
export type Page<T> = { items: T[]; next?: Item | undefined };

/** One page of an index or table. */
export const queryPage = async (db: Db, input: QueryCommandInput): Promise<Page<Item>> => {
  const { Items, LastEvaluatedKey } = await db.send(new QueryCommand(input));
  return { items: Items ?? [], next: LastEvaluatedKey };
};
