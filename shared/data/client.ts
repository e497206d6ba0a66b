import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';

/** A row, or a part of one, as the SDK marshalls it. */
export type Item = Record<string, NativeAttributeValue>;

/** A row that its schema cannot read. It is left out of the list, and an operator has to repair it. */
type UnreadableRow = { table: string; id: unknown; error: Error };

/** Where the rows are, and what to call for one that cannot be read. */
export type Db = { client: DynamoDBClient; onUnreadable: (row: UnreadableRow) => void };

/**
 * The DynamoDB client of one function, made once at its cold start. `cacheMiddleware`: what a call goes through is put
 * together once for each kind of operation. Nothing may be added to its middleware stack after the first call.
 */
export const dynamo = ({ onUnreadable }: Pick<Db, 'onUnreadable'>): Db => {
  const client = new DynamoDBClient({ cacheMiddleware: true });
  // It copies every input and output for a logger that we do not give it.
  client.middlewareStack.remove('loggerMiddleware');
  return { client, onUnreadable };
};

/** As DynamoDB has it: without what is undefined. */
export const marshalled = (item: Item) => marshall(item, { removeUndefinedValues: true });
