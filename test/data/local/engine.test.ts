import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { startEngine, useEngine } from '../../../local/dynamodb/engine.ts';
import { openProxy } from '../../../local/dynamodb/proxy.ts';
import { createTables, type TableProperties } from '../../../local/dynamodb/tables.ts';
import { freePort } from '../../../local/ports.ts';
import { foreignPages, statusOf } from '../../../testing/raw-http.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'engine-'));
const inFolder = (dir: string) => ({ database: join(dir, 'db.sqlite'), log: join(dir, 'engine.log') });
const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });

const properties: TableProperties = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
const indexed: TableProperties = {
  ...properties,
  AttributeDefinitions: [...properties.AttributeDefinitions, { AttributeName: 'dueIn', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'due',
      KeySchema: [{ AttributeName: 'dueIn', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
const table = (given: TableProperties) => [{ logicalId: 'Rows', name: 'rows', arn: '', properties: given }];
const put = (client: DynamoDBClient, id: string) =>
  client.send(new PutItemCommand({ TableName: 'rows', Item: { id: { S: id } } }));
const has = async (client: DynamoDBClient, id: string) => {
  const { Item } = await client.send(new GetItemCommand({ TableName: 'rows', Key: { id: { S: id } } }));
  return Item !== undefined;
};

/** Starts the engine in a process of its own, as the runner does, to be killed with it. */
const startInProcess = async (dir: string) => {
  const script = `
    const { startEngine } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/dynamodb/engine.ts'))});
    console.log((await startEngine(${JSON.stringify(inFolder(dir))})).endpoint);`;
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await new Promise<string>((resolve) => {
    runner.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
  });
  return { runner, endpoint };
};

test('what was acknowledged is there after kill -9, and the engine does not outlive its runner', async () => {
  const dir = folder();
  const { runner, endpoint } = await startInProcess(dir);
  await createTables(endpoint, table(properties), { fresh: false });
  const client = clientOf(endpoint);
  const acknowledged: string[] = [];
  const writing = (async () => {
    for (let n = 0; ; n++) acknowledged.push(await put(client, String(n)).then(() => String(n)));
  })().catch(() => {});
  await expect.poll(() => acknowledged.length).toBeGreaterThan(50);
  runner.kill('SIGKILL');
  await writing;
  await expect
    .poll(() =>
      fetch(endpoint).then(
        () => 'up',
        () => 'down',
      ),
    )
    .toBe('down');

  const engine = await startEngine(inFolder(dir));
  await createTables(engine.endpoint, table(properties), { fresh: false });
  const found = await Promise.all(acknowledged.map((id) => has(clientOf(engine.endpoint), id)));
  expect(found).toEqual(acknowledged.map(() => true));
  await engine.stop();
});

test('adds the indexes a table lacks and keeps its rows', async () => {
  const engine = await startEngine(inFolder(folder()));
  const client = clientOf(engine.endpoint);
  await createTables(engine.endpoint, table(properties), { fresh: false });
  await put(client, 'a');
  await createTables(engine.endpoint, table(indexed), { fresh: false });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'rows' }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['due']);
  expect(await has(client, 'a')).toBe(true);
  await engine.stop();
});

test('forgets rows when told to', async () => {
  const engine = await startEngine(inFolder(folder()));
  const client = clientOf(engine.endpoint);
  await createTables(engine.endpoint, table(properties), { fresh: false });
  await put(client, 'a');
  await createTables(engine.endpoint, table(properties), { fresh: true });
  expect(await has(client, 'a')).toBe(false);
  await engine.stop();
});

test('a table made with another key is not used, and the message says what to do', async () => {
  const engine = await startEngine(inFolder(folder()));
  await createTables(engine.endpoint, table(properties), { fresh: false });
  const changed = {
    AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' as const }],
  };
  await expect(createTables(engine.endpoint, table(changed), { fresh: false })).rejects.toThrow(/--fresh/);
  await engine.stop();
});

describe('the door of the engine', () => {
  const list = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    authorization:
      'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    'x-amz-date': '20260101T000000Z',
  };

  test('lets programs in and no page, and the engine is where no page can guess', async () => {
    const engine = await startEngine(inFolder(folder()));
    const door = await openProxy(engine.endpoint);
    const client = clientOf(door.url);
    await createTables(door.url, table(properties), { fresh: false });
    await put(client, 'a');
    expect(await has(client, 'a')).toBe(true);

    for (const [who, headers] of foreignPages)
      expect(await statusOf(door.url, { ...list, ...headers }), who).toBe(403);
    const own = await fetch(door.url, {
      method: 'POST',
      headers: { ...list, origin: door.url },
      body: '{}',
    });
    expect([own.status, await own.json()]).toEqual([200, { TableNames: ['rows'] }]);
    expect(own.headers.has('access-control-allow-origin')).toBe(false);
    const asking = await fetch(door.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect([asking.status, asking.headers.has('access-control-allow-origin')]).toEqual([403, false]);

    const { hostname, port } = new URL(engine.endpoint);
    expect(hostname).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(hostname).not.toBe('127.0.0.1');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    await door.stop();
    await engine.stop();
  });
});

describe('an endpoint that somebody else runs', () => {
  test('is used where it is a DynamoDB', async () => {
    const engine = await startEngine(inFolder(folder()));
    expect((await useEngine(engine.endpoint)).endpoint).toBe(engine.endpoint);
    await engine.stop();
  });

  test('is refused where nobody answers', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    await expect(useEngine(endpoint)).rejects.toThrow(`DYNAMODB_ENDPOINT ${endpoint} does not answer: start`);
  });

  test.each([
    ['a page', 200, '<html>Hello</html>', 'SyntaxError, HTTP 200'],
    ['other JSON', 200, '{"status":"up"}', 'HTTP 200'],
    ['nothing', 404, '', 'Unknown, HTTP 404'],
  ])(
    'is refused where it answers %s, and the message says what would be right',
    async (_, status, body, got) => {
      const server = createServer((_request, response) => response.writeHead(status).end(body));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await expect(useEngine(endpoint)).rejects.toThrow(
        `DYNAMODB_ENDPOINT ${endpoint} does not answer ListTables as DynamoDB does (${got}): ` +
          'set it to a DynamoDB-compatible endpoint, for example http://127.0.0.1:8000.',
      );
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  );
});
