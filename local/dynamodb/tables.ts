import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type Projection,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { Resource } from '../aws/template.ts';
import { engineClient } from './engine.ts';

export type TableProperties = {
  AttributeDefinitions: AttributeDefinition[];
  KeySchema: KeySchemaElement[];
  GlobalSecondaryIndexes?: GlobalSecondaryIndex[];
};

/** Creates the template's tables and missing indexes. `fresh` deletes existing rows. */
export const createTables = async (
  endpoint: string,
  tables: Resource<TableProperties>[],
  { fresh }: { fresh: boolean },
): Promise<void> => {
  const client = engineClient(endpoint);
  try {
    await Promise.all(
      tables.map(async ({ name, properties }) => {
        const existing = await describe(client, name);
        if (existing && !fresh) return addIndexes(client, existing, name, properties);
        if (existing) await client.send(new DeleteTableCommand({ TableName: name }));
        return create(client, name, properties);
      }),
    );
  } finally {
    client.destroy();
  }
};

const describe = async (client: DynamoDBClient, name: string) => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const create = async (client: DynamoDBClient, name: string, properties: TableProperties) => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = properties;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions,
      KeySchema,
      ...(GlobalSecondaryIndexes?.length && { GlobalSecondaryIndexes }),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await untilActive(client, name);
};

const addIndexes = async (
  client: DynamoDBClient,
  existing: TableDescription,
  name: string,
  { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes = [] }: TableProperties,
) => {
  const stale = (what: string) =>
    new Error(`${what} of ${name} has changed since the local data was created: start once with --fresh.`);
  if (!sameKeys(existing.KeySchema, KeySchema)) throw stale('The key');
  for (const index of GlobalSecondaryIndexes) {
    const present = existing.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    if (present && !sameIndex(present, index)) throw stale(`The index ${index.IndexName}`);
    if (present) continue;
    // DynamoDB adds only one index per update.
    await client.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: index }],
      }),
    );
    await untilActive(client, name);
  }
};

type Index = { KeySchema?: KeySchemaElement[] | undefined; Projection?: Projection | undefined };

const sameIndex = (one: Index, other: Index) =>
  sameKeys(one.KeySchema, other.KeySchema) &&
  one.Projection?.ProjectionType === other.Projection?.ProjectionType &&
  String(one.Projection?.NonKeyAttributes ?? []) === String(other.Projection?.NonKeyAttributes ?? []);

const sameKeys = (one: KeySchemaElement[] = [], other: KeySchemaElement[] = []) => {
  const described = (keys: KeySchemaElement[]) =>
    keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`);
  return String(described(one).sort()) === String(described(other).sort());
};

const untilActive = async (client: DynamoDBClient, name: string) => {
  for (;;) {
    const table = await describe(client, name);
    const pending = table?.GlobalSecondaryIndexes?.some(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
    if (table?.TableStatus === 'ACTIVE' && !pending) return;
    await sleep(50);
  }
};
