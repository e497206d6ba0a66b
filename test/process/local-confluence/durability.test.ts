import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningConfluence, startConfluence as startHere } from '../../../local/confluence/server.ts';
import { startConfluence } from '../../../local/confluence-process.ts';
import { PLAN_PAGE } from '../../support/local-confluence/harness.ts';

type Ready = Pick<RunningConfluence, 'url' | 'gatewayUrl' | 'tokenUrl' | 'credentials' | 'clockOffsetMs'>;

const children: ChildProcess[] = [];
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'local-confluence-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async (env: Record<string, string> = {}) => {
  const child = fork('local/confluence/main.ts', {
    env: { ...process.env, CONFLUENCE_PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  const [ready] = (await once(child, 'message')) as [Ready];
  return { child, ready };
};
const kill = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};
// biome-ignore lint/suspicious/noExplicitAny: a test says of each answer what it expects of it.
const jsonOf = async (response: Response): Promise<any> => JSON.parse(await response.text());

const client = async ({ tokenUrl, gatewayUrl, credentials }: Ready) => {
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    }),
  });
  const { access_token: token } = await jsonOf(response);
  const page = async (token_ = token) => {
    const url = `${gatewayUrl}/wiki/api/v2/pages/${PLAN_PAGE}?body-format=storage`;
    return jsonOf(await fetch(url, { headers: { authorization: `Bearer ${token_}` } }));
  };
  const put = (number: number) =>
    fetch(`${gatewayUrl}/wiki/api/v2/pages/${PLAN_PAGE}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: PLAN_PAGE,
        status: 'current',
        title: 'PI 1 plan',
        body: { representation: 'storage', value: `<p>${number} ${'x'.repeat(20_000)}</p>` },
        version: { number },
      }),
    });
  return { token, page, put };
};

test('what was acknowledged survives kill -9 in the middle of updates and a torn line, and FRESH deletes it', async () => {
  const first = await start();
  const { token, put } = await client(first.ready);
  let acknowledged = 1;
  const writing = (async () => {
    for (let number = 2; ; number++) {
      const answer = await put(number);
      await answer.text();
      if (answer.status === 200) acknowledged = number;
    }
  })().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 300));
  await kill(first.child);
  await writing;
  expect(acknowledged).toBeGreaterThan(3);
  appendFileSync(join(dataDir, 'confluence.jsonl'), '[{"set":"Page","row":{"id":"to');

  const second = await start();
  expect(second.ready.credentials).toEqual(first.ready.credentials);
  const { page } = await client(second.ready);
  const { version, body } = await page(token);
  expect([acknowledged, acknowledged + 1]).toContain(version.number);
  expect(body.storage.value).toContain(`<p>${version.number} `);
  await kill(second.child);

  const fresh = await start({ FRESH: '1' });
  expect((await (await client(fresh.ready)).page()).version.number).toBe(1);
});

test('a journal that ends at any line is a whole store', async () => {
  const first = await startHere({ port: 0, dataDir });
  const { put } = await client(first);
  for (const number of [2, 3]) await put(number);
  await first.close();
  const path = join(dataDir, 'confluence.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n${lines.at(-1)?.slice(0, -5)}`);
  const second = await startHere({ port: 0, dataDir });
  const { version, body } = await (await client(second)).page();
  expect(version.number).toBe(2);
  expect(body.storage.value).toContain('<p>2 ');
  await second.close();
});

test('a start that was killed while it wrote the first pages begins again', async () => {
  const first = await startHere({ port: 0, dataDir });
  await first.close();
  const path = join(dataDir, 'confluence.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  writeFileSync(path, `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`);
  const second = await startHere({ port: 0, dataDir });
  expect(second.credentials).toEqual(first.credentials);
  expect((await (await client(second)).page()).title).toBe('PI 1 plan');
  await second.close();
});

test('it shares its clock with its parent in both directions, and survives with it', async () => {
  const offsets: number[] = [];
  const options = {
    port: 0,
    dataDir,
    fresh: false,
    log: join(dataDir, 'log'),
    onClock: (offsetMs: number) => offsets.push(offsetMs),
  };
  const confluence = await startConfluence(options);
  const clock = async () => (await jsonOf(await fetch(`${confluence.url}/_local/clock`))).offsetMs;
  await fetch(`${confluence.url}/_local/clock`, { method: 'POST', body: '{"advanceMs":5000}' });
  expect(offsets).toEqual([5000]);
  await confluence.setClock(90_000);
  expect(await clock()).toBe(90_000);
  expect(offsets).toEqual([5000]);
  await confluence.stop();
  const again = await startConfluence(options);
  expect(again.clockOffsetMs).toBe(90_000);
  await again.stop();
});

test('a port that is in use is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const child = fork('local/confluence/main.ts', {
    env: { ...process.env, CONFLUENCE_PORT: String(port), DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const [status] = await once(child, 'exit');
  taken.close();
  expect(status).toBe(1);
  expect(errors).toContain(`CONFLUENCE_PORT ${port} is in use`);
});
