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
import { foreignPages, statusOf } from '../../support/raw-http.ts';

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

/** Starts the engine in another process, as the runner does, so that the test can kill that process. */
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

test('acknowledged rows survive kill -9, and the engine does not outlive its runner', async () => {
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

test('missing indexes are added to a table, which keeps its rows', async () => {
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

test('--fresh deletes the rows of a table', async () => {
  const engine = await startEngine(inFolder(folder()));
  const client = clientOf(engine.endpoint);
  await createTables(engine.endpoint, table(properties), { fresh: false });
  await put(client, 'a');
  await createTables(engine.endpoint, table(properties), { fresh: true });
  expect(await has(client, 'a')).toBe(false);
  await engine.stop();
});

test('a table with another key is refused, and the message says what to do', async () => {
  const engine = await startEngine(inFolder(folder()));
  await createTables(engine.endpoint, table(properties), { fresh: false });
  const changed = {
    AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' as const }],
  };
  await expect(createTables(engine.endpoint, table(changed), { fresh: false })).rejects.toThrow(/--fresh/);
  await engine.stop();
});

describe('the proxy of the engine', () => {
  const list = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    authorization:
      'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    'x-amz-date': '20260101T000000Z',
  };

  test('accepts programs and no foreign page, and the engine’s own address cannot be guessed', async () => {
    const engine = await startEngine(inFolder(folder()));
    const proxy = await openProxy(engine.endpoint);
    const client = clientOf(proxy.url);
    await createTables(proxy.url, table(properties), { fresh: false });
    await put(client, 'a');
    expect(await has(client, 'a')).toBe(true);

    for (const [who, headers] of foreignPages)
      expect(await statusOf(proxy.url, { ...list, ...headers }), who).toBe(403);
    const own = await fetch(proxy.url, {
      method: 'POST',
      headers: { ...list, origin: proxy.url },
      body: '{}',
    });
    expect([own.status, await own.json()]).toEqual([200, { TableNames: ['rows'] }]);
    expect(own.headers.has('access-control-allow-origin')).toBe(false);
    const asking = await fetch(proxy.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect([asking.status, asking.headers.has('access-control-allow-origin')]).toEqual([403, false]);

    const { hostname, port } = new URL(engine.endpoint);
    expect(hostname).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(hostname).not.toBe('127.0.0.1');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    await proxy.stop();
    await engine.stop();
  });
});

describe('a DynamoDB endpoint from the environment', () => {
  test('is used if it answers as DynamoDB does', async () => {
    const engine = await startEngine(inFolder(folder()));
    expect((await useEngine(engine.endpoint)).endpoint).toBe(engine.endpoint);
    await engine.stop();
  });

  test('is refused if nothing answers there', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    await expect(useEngine(endpoint)).rejects.toThrow(`DYNAMODB_ENDPOINT ${endpoint} does not answer: start`);
  });

  test.each([
    ['a page', 200, '<html>Hello</html>', 'SyntaxError, HTTP 200'],
    ['other JSON', 200, '{"status":"up"}', 'HTTP 200'],
    ['nothing', 404, '', 'Unknown, HTTP 404'],
  ])(
    'is refused if it answers with %s, and the message says what is expected',
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
