import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';

/** A row, or a part of one, in the SDK's native values. */
export type Item = Record<string, NativeAttributeValue>;

/** A row that its schema cannot read. It is left out of the result, and an operator has to repair it. */
type UnreadableRow = { table: string; id: unknown; error: Error };

/** The client, and what to call when a row cannot be read. */
export type Db = { client: DynamoDBClient; onUnreadable: (row: UnreadableRow) => void };

/**
 * The DynamoDB client of one function, created once per cold start. With `cacheMiddleware` the SDK builds the
 * middleware stack once for each kind of operation, so nothing may be added to it after the first call.
 */
export const dynamo = ({ onUnreadable }: Pick<Db, 'onUnreadable'>): Db => {
  const client = new DynamoDBClient({ cacheMiddleware: true });
  // It copies every input and output for a logger, which we do not use.
  client.middlewareStack.remove('loggerMiddleware');
  return { client, onUnreadable };
};

/** Converts to DynamoDB's attribute values, without undefined ones. */
export const marshalled = (item: Item) => marshall(item, { removeUndefinedValues: true });
