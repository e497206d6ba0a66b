import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Db, Item } from '../../shared/data/client.ts';

const PUTS = 25;
const AT_ONCE = 8;

/** Scans a whole table. */
export const allRows = async (db: Db, table: string): Promise<Item[]> => {
  const document = DynamoDBDocumentClient.from(db.client);
  const rows: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await document.send(new ScanCommand({ TableName: table, ExclusiveStartKey: start }));
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return rows;
};

/** Puts rows as they are, over whatever the table holds. */
export const putRows = async (db: Db, table: string, rows: readonly Item[]): Promise<void> => {
  const document = DynamoDBDocumentClient.from(db.client);
  let next = 0;
  const worker = async () => {
    for (let start = next; start < rows.length; start = next) {
      next = start + PUTS;
      const puts = rows.slice(start, start + PUTS).map((Item) => ({ PutRequest: { Item } }));
      await document.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

/** The row without its due time. */
export const atRest = ({ dueIn: _in, dueAt: _at, ...row }: Item): Item => row;
