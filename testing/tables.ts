import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { startEngine } from '../local/dynamodb/engine.ts';
import { createTables } from '../local/dynamodb/tables.ts';
import { onUnreadable } from '../shared/composition/database.ts';
import type { Db } from '../shared/data/client.ts';
import { tableOf } from '../shared/data/table.ts';
import {
  type TableName,
  type TableSpec,
  type TableVariable,
  tables,
  tableVariable,
} from '../shared/data/tables.ts';

const keySchema = ({ pk, sk }: { pk: string; sk?: string }) => [
  { AttributeName: pk, KeyType: 'HASH' as const },
  ...(sk ? [{ AttributeName: sk, KeyType: 'RANGE' as const }] : []),
];

/** The CloudFormation properties of a table of tables.ts. */
const properties = (spec: TableSpec) => {
  const indexes = Object.entries(spec.indexes ?? {});
  const attributes = new Set(
    [spec, ...indexes.map(([, index]) => index)].flatMap(({ pk, sk }) => (sk ? [pk, sk] : [pk])),
  );
  return {
    AttributeDefinitions: [...attributes].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    KeySchema: keySchema(spec),
    GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keySchema(index),
      Projection: index.include
        ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.include] }
        : { ProjectionType: 'KEYS_ONLY' as const },
    })),
  };
};

const UNSIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
  'x-amz-date': '20260101T000000Z',
};

export type TestTables = {
  db: Db;
  endpoint: string;
  /** The operations sent since the last call, as `UpdateItem features`. */
  operations(): string[];
  stop(): Promise<void>;
};

/** Writes attributes into a row that the product would not write. */
export const tamper = async (
  db: Db,
  table: keyof typeof tables,
  key: object,
  { set = {}, remove = [] }: { set?: object; remove?: readonly string[] },
): Promise<void> => {
  type Row = Record<string, NativeAttributeValue>;
  await tableOf<Row>()(db, table, tables[table]).update(key as never, { set: set as Row, remove });
};

/** The names of those tables, as a function's environment gives them. */
export const tableNames = Object.fromEntries(
  (Object.keys(tables) as TableName[]).map((table) => [tableVariable(table), table]),
) as Record<TableVariable<TableName>, TableName>;

/**
 * Starts an engine of its own with every table, empty. The tables have their plain names. They are in memory, which is
 * faster, unless they are wanted `onDisk` as those of `npm start` are.
 */
export const startTables = async ({ onDisk = false } = {}): Promise<TestTables> => {
  const folder = mkdtempSync(join(tmpdir(), 'omakase-data-'));
  const engine = await startEngine({
    log: join(folder, 'engine.log'),
    ...(onDisk ? { database: join(folder, 'test.db') } : {}),
  });
  const resources = Object.entries<TableSpec>(tables).map(([name, spec]) => ({
    name,
    properties: properties(spec),
  }));
  await createTables(engine.endpoint, resources as Parameters<typeof createTables>[1], { fresh: false });

  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // The engine wants an authorization and checks no signature, which is a twentieth of the CPU time of a test.
    signer: {
      sign: async (request) => {
        Object.assign(request.headers, UNSIGNED);
        return request;
      },
    },
  });
  // So is what it writes for the client's log, which nobody reads.
  client.middlewareStack.remove('loggerMiddleware');
  const sent: string[] = [];
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { TableName, RequestItems } = args.input as { TableName?: string; RequestItems?: object };
      sent.push(
        `${context.commandName?.replace('Command', '')} ${TableName ?? Object.keys(RequestItems ?? {})}`,
      );
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    db: { client, onUnreadable },
    endpoint: engine.endpoint,
    operations: () => sent.splice(0),
    async stop() {
      client.destroy();
      await engine.stop();
      rmSync(folder, { recursive: true });
    },
  };
};
