import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';

export type Db = DynamoDBClient;
export type Item = Record<string, NativeAttributeValue>;

/**
 * The DynamoDB client of one function, made once at its cold start. `cacheMiddleware`: what a call goes through is put
 * together once for each kind of operation. Nothing may be added to its middleware stack after the first call.
 */
export const dynamo = (): Db => {
  const client = new DynamoDBClient({ cacheMiddleware: true });
  // It copies every input and output for a logger that we do not give it.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};

/** As DynamoDB has it: without what is undefined. */
export const marshalled = (item: Item) => marshall(item, { removeUndefinedValues: true });

/** Reads one row, consistently. */
export const getRow = async (db: Db, table: string, key: Item): Promise<Item | undefined> => {
  const { Item } = await db.send(
    new GetItemCommand({ TableName: table, Key: marshalled(key), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
};

/** Writes one row, whatever stood there. */
export const putRow = async (db: Db, table: string, row: Item): Promise<void> => {
  await db.send(new PutItemCommand({ TableName: table, Item: marshalled(row) }));
};

/** Reads rows by id, consistently, in any number and in the order of `ids`, without those that do not stand. */
export const batchGet = async (db: Db, table: string, ids: readonly string[]): Promise<Item[]> => {
  const rows = new Map<string, Item>();
  for (let start = 0; start < ids.length; start += 100) {
    let wanted = ids.slice(start, start + 100).map((id) => marshalled({ id }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
      if (attempt > 6) throw new Error(`DynamoDB left ${wanted.length} rows of ${table} unread six times.`);
      const request = { RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await db.send(new BatchGetItemCommand(request));
      for (const row of (Responses?.[table] ?? []).map((each) => unmarshall(each))) rows.set(row.id, row);
      wanted = UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return ids.flatMap((id) => rows.get(id) ?? []);
};

/** A query whose values and start are native. */
export type Query = Omit<QueryCommandInput, 'ExpressionAttributeValues' | 'ExclusiveStartKey'> & {
  ExpressionAttributeValues: Item;
  ExclusiveStartKey?: Item | undefined;
};

/** Which page of a list: the one after the key `start`. */
export type PageAfter = { limit: number; start?: Item | undefined };
/** `next` is the key to go on from. */
export type Page<T> = { items: T[]; next?: Item | undefined };

/** One page of an index or table. */
export const queryPage = async (
  db: Db,
  { ExpressionAttributeValues, ExclusiveStartKey, ...query }: Query,
): Promise<Page<Item>> => {
  const { Items = [], LastEvaluatedKey } = await db.send(
    new QueryCommand({
      ...query,
      ExpressionAttributeValues: marshalled(ExpressionAttributeValues),
      ExclusiveStartKey: ExclusiveStartKey && marshalled(ExclusiveStartKey),
    }),
  );
  return {
    items: Items.map((item) => unmarshall(item)),
    next: LastEvaluatedKey && unmarshall(LastEvaluatedKey),
  };
};
