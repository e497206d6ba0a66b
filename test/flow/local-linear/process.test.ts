import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RunningLinear } from '../../../local/linear/server.ts';

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

test('acknowledged changes survive kill -9 and a torn last line of the journal, and FRESH deletes them', async () => {
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

test('it takes over the time that its parent sends, and keeps it', async () => {
  const { child, ready } = await start();
  child.send({ type: 'set-clock', offsetMs: 90_000 });
  const [answer] = await once(child, 'message');
  expect(answer).toEqual({ type: 'clock-set' });
  const clock = await fetch(`${ready.url}/_local/clock`);
  expect(JSON.parse(await clock.text()).offsetMs).toBe(90_000);
  await kill(child);
  expect((await start()).ready.clockOffsetMs).toBe(90_000);
});

test('the clock request is answered after the parent process has taken over the new time', async () => {
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

test('a port in use is named in the error, and the process exits with 1', async () => {
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

test('the local Linear exits with its parent process, and on SIGTERM', async () => {
  const orphan = await start();
  orphan.child.disconnect();
  expect(await once(orphan.child, 'exit')).toEqual([0, null]);
  const asked = await start();
  asked.child.kill('SIGTERM');
  expect(await once(asked.child, 'exit')).toEqual([0, null]);
});

test('after kill -9 during batches, each batch is complete or absent, and every existing issue gets its webhook', async () => {
  const reported = new Set<string>();
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { type, data } = JSON.parse(Buffer.concat(chunks).toString());
      if (type === 'Issue') reported.add(data.id);
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const env = { WEBHOOK_URL: `http://127.0.0.1:${port}/`, REDIRECT_URI: 'http://127.0.0.1:1/' };
  const first = await start(env);
  const approval = { client_id: first.ready.clientId, redirect_uri: env.REDIRECT_URI, decision: 'approve' };
  const asked = { ...approval, response_type: 'code', scope: 'read', actor: 'app' };
  const body = new URLSearchParams(asked);
  await fetch(`${first.ready.url}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });

  const { data } = await graphql(first.ready, '{ teams { nodes { id } } }');
  const teamId = data.teams.nodes[0].id;
  const answered: string[] = [];
  const batch = async (number: number) => {
    const issues = Array.from({ length: 50 }, () => `{ teamId: "${teamId}", title: "Batch ${number}" }`);
    const mutation = `mutation { issueBatchCreate(input: { issues: [${issues}] }) { issues { id } } }`;
    const answer = await graphql(first.ready, mutation);
    answered.push(...answer.data.issueBatchCreate.issues.map(({ id }: { id: string }) => id));
    if (answered.length >= 400) first.child.kill('SIGKILL');
  };
  await Promise.allSettled(Array.from({ length: 40 }, (_, number) => batch(number)));

  const second = await start(env);
  const page = '(first: 250, filter: { title: { startsWith: "Batch" } }, orderBy: createdAt';
  const query = (after: string) =>
    `{ issues${page}${after}) { nodes { id title } pageInfo { endCursor hasNextPage } } }`;
  const found: { id: string; title: string }[] = [];
  for (let after = '', more = true; more; ) {
    const { issues } = (await graphql(second.ready, query(after))).data;
    found.push(...issues.nodes);
    more = issues.pageInfo.hasNextPage;
    after = `, after: "${issues.pageInfo.endCursor}"`;
  }
  const ids = new Set(found.map(({ id }) => id));
  expect(answered.length).toBeGreaterThanOrEqual(400);
  expect(answered.filter((id) => !ids.has(id))).toEqual([]);
  const sizes = Object.values(Object.groupBy(found, ({ title }) => title)).map((issues) => issues?.length);
  expect(new Set(sizes)).toEqual(new Set([50]));
  await vi.waitFor(() => expect([...ids].filter((id) => !reported.has(id))).toEqual([]), { timeout: 20_000 });
  receiver.closeAllConnections();
  receiver.close();
});

test('the switches and the webhook’s categories survive kill -9', async () => {
  const first = await start();
  const post = (path: string, body: object) =>
    fetch(`${first.ready.url}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });
  await post('switches', { retryTimestamp: 'restamped' });
  await post('webhook', { resourceTypes: ['Comment'] });
  await kill(first.child);
  const { ready } = await start();
  const get = async (path: string) => JSON.parse(await (await fetch(`${ready.url}/_local/${path}`)).text());
  expect((await get('switches')).switches.retryTimestamp.value).toBe('restamped');
  expect((await get('webhook')).resourceTypes).toEqual(['Comment']);
});
