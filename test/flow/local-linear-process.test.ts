import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunningLinear } from '../../local/linear/server.ts';

type Ready = Omit<RunningLinear, 'close'> & { type: 'ready' };

const children: ChildProcess[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-'));
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async (env: Record<string, string> = {}) => {
  const child = fork('local/linear/main.ts', {
    env: { ...process.env, LINEAR_PORT: '0', DATA_DIR: dataDir, ...env },
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
const graphql = async ({ url, adminKey }: Ready, query: string) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: adminKey },
    body: JSON.stringify({ query }),
  });
  return JSON.parse(await response.text());
};
const advance = (url: string, advanceMs: number) =>
  fetch(`${url}/_local/clock`, { method: 'POST', body: JSON.stringify({ advanceMs }) });

test('what was answered survives kill -9 and a torn last line; --fresh forgets it', async () => {
  const first = await start();
  const created = await graphql(
    first.ready,
    'mutation { issueLabelCreate(input: { name: "kept" }) { issueLabel { id } } }',
  );
  const advanced = advance(first.ready.url, 5000);
  first.child.once('message', () => first.child.send({ type: 'clock-ack' }));
  await advanced;
  await kill(first.child);
  appendFileSync(join(dataDir, 'linear.jsonl'), '[{"set":"IssueLabel","row":{"id":"to');

  const second = await start();
  expect(second.ready).toMatchObject({
    clientId: first.ready.clientId,
    clientSecret: first.ready.clientSecret,
    webhookSecret: first.ready.webhookSecret,
    clockOffsetMs: 5000,
  });
  const labels = '{ issueLabels(filter: { name: { eq: "kept" } }) { nodes { id } } }';
  expect((await graphql(second.ready, labels)).data.issueLabels.nodes).toEqual([
    { id: created.data.issueLabelCreate.issueLabel.id },
  ]);
  await kill(second.child);

  const fresh = await start({ FRESH: '1' });
  expect((await graphql(fresh.ready, labels)).data.issueLabels.nodes).toEqual([]);
});

test('the clock answers after its parent has followed', async () => {
  const { child, ready } = await start();
  let acknowledged = false;
  child.on('message', (message: { type: string; offsetMs: number }) => {
    expect(message).toEqual({ type: 'clock', offsetMs: 60_000 });
    setTimeout(() => {
      acknowledged = true;
      child.send({ type: 'clock-ack' });
    }, 50);
  });
  await advance(ready.url, 60_000);
  expect(acknowledged).toBe(true);
});

test('a port in use is named and ends the process with 1', async () => {
  const { ready } = await start();
  const second = fork('local/linear/main.ts', {
    env: { ...process.env, LINEAR_PORT: String(ready.port), DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  children.push(second);
  let message = '';
  second.stderr?.on('data', (chunk: Buffer) => {
    message += chunk.toString();
  });
  const [code] = await once(second, 'exit');
  expect(code).toBe(1);
  expect(message).toContain(`LINEAR_PORT ${ready.port} is in use`);
});

test('it ends with its parent, and when it is asked to', async () => {
  const orphan = await start();
  orphan.child.disconnect();
  expect(await once(orphan.child, 'exit')).toEqual([0, null]);
  const asked = await start();
  asked.child.kill('SIGTERM');
  expect(await once(asked.child, 'exit')).toEqual([0, null]);
});
