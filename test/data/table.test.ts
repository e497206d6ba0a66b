import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { tableOf } from '../../shared/data/table.ts';
import { tables as specs } from '../../shared/data/tables.ts';
import { startTables, type TestTables } from '../../testing/tables.ts';
import { startWire, type Wire } from '../../testing/wire.ts';

/** More than one request carries. */
const ROWS = 130;

type Row = { workspaceId: string; id: string };
const keys = Array.from({ length: ROWS }, (_, n) => ({ workspaceId: 'w', id: `${n % 7}-${n}` }));
const absent = { workspaceId: 'w', id: 'absent' };

let tables: TestTables;
let wire: Wire;
let client: DynamoDBClient;
beforeAll(async () => {
  tables = await startTables();
  wire = await startWire(tables.endpoint);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDBClient({ endpoint: wire.endpoint, region: 'eu-central-1', credentials });
  const direct = tableOf<Row>()(tables.db, 'history', specs.history);
  await Promise.all(keys.map((key) => direct.put(key)));
});
afterAll(async () => {
  client?.destroy();
  await wire?.stop();
  await tables?.stop();
});
afterEach(() => vi.restoreAllMocks());

/** Reads through DynamoDB that reads as many keys of each request as is said, then all. Answers the requests too. */
const read = async (wanted: readonly Row[], keysRead: (number | undefined)[]) => {
  // The wait before a request is random, and may be nothing.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  wire.take();
  wire.faultOf = () => {
    const next = keysRead.shift();
    return next === undefined ? undefined : { keysRead: next };
  };
  const rows = await tableOf<Row>()({ ...tables.db, client }, 'history', specs.history)
    .batchGet(wanted)
    .catch((error: Error) => error);
  return { rows, requests: wire.take().map(({ action }) => action) };
};
const ids = (rows: readonly object[] | Error) =>
  rows instanceof Error ? rows : rows.map((row) => (row as Row).id);
const requests = (count: number) => Array<string>(count).fill('BatchGetItem');

describe('a batch of keys', () => {
  test('comes back whole and in order although DynamoDB twice left keys unread', async () => {
    const wanted = [...keys.slice(0, 20), absent, ...keys.slice(20)];
    const answer = await read(wanted, [40, 25]);
    expect(ids(answer.rows)).toEqual(keys.map(({ id }) => id));
    // Three for the first hundred keys, one for the others.
    expect(answer.requests).toEqual(requests(4));
  });

  test('is an error once DynamoDB has left keys of one request unread seven times', async () => {
    const answer = await read(keys.slice(0, 10), Array<number>(7).fill(1));
    expect(answer.rows).toEqual(new Error('DynamoDB left 3 rows of history unread 7 times.'));
    expect(answer.requests).toEqual(requests(7));
  });

  test('may be left unread in part six times for each hundred keys', async () => {
    const six = Array<number>(6).fill(1);
    const answer = await read(keys, [...six, undefined, ...six]);
    expect(ids(answer.rows)).toEqual(keys.map(({ id }) => id));
    expect(answer.requests).toEqual(requests(14));
  });
});
