import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundling } from '../../../lib/bundle.ts';
import { apiAs, linearAs, until } from '../../../local/walk/walk-clients.ts';
import { bindIssue } from '../../../testing/bound-issue.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { startPlanning } from '../../../testing/planning.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';

const HOUR_MS = 3_600_000;

let stack: TestStack;
let db: DynamoDBDocumentClient;
let folder: string;
let script: string;
let id: string;
let clockOffsetMs = 0;

beforeAll(async () => {
  stack = await startStack({ schedules: false, confluence: 'local' });
  folder = mkdtempSync(join(tmpdir(), 'omakase-tokens-'));
  script = join(folder, 'token-process.mjs');
  const source = join(import.meta.dirname, '../../support/token-process.ts');
  // As a bundle, like a function, it starts in a quarter of the time.
  buildSync({ ...bundling, entryPoints: [source], outfile: script });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: stack.wire.endpoint, region: 'us-east-1', credentials });
  db = DynamoDBDocumentClient.from(client);
  id = await connectAs(stack, 'auth0|owner');
  await until('the first sync to be done', async () => ((await row()).sync ? undefined : true));
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => stack.environmentOf('Api');
const table = () => environment().WORKSPACES_TABLE ?? '';
const row = async (key = id) =>
  (await db.send(new GetCommand({ TableName: table(), Key: { id: key } }))).Item ?? {};
const advance = async (ms: number) => {
  clockOffsetMs += ms;
  await linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '').advanceClock(ms);
};
const api = async () => apiAs(stack.outputs.api, await stack.token('auth0|owner', SCOPES));
const storeTokens = (workspaceId: string, sealedTokens: unknown) =>
  db.send(
    new UpdateCommand({
      TableName: table(),
      Key: { id: workspaceId },
      UpdateExpression: 'SET sealedTokens = :s ADD tokenVersion :one',
      ExpressionAttributeValues: { ':s': sealedTokens, ':one': 1 },
    }),
  );
/** Changes a setting that is looked up in Linear, which needs a live token. */
const callLinear = async (workspaceId = id) =>
  (await api()).patch(`/workspaces/${workspaceId}`, { settings: { statusMap: { passing: 'Done' } } });
const refreshes = async (): Promise<number> => {
  const response = await fetch(new URL('/_local/requests', stack.outputs.linear));
  return (await response.text()).split('"oauth/token"').length - 1;
};

/** Runs twenty processes that need the token now. Answers what each printed, `null` for one that died. */
const needToken = (extra: Record<string, string> = {}): Promise<(string | null)[]> =>
  Promise.all(
    Array.from({ length: 20 }, async () => {
      const own = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
      const env = {
        ...environment(),
        ...own,
        WORKSPACE_ID: id,
        CLOCK_OFFSET_MS: `${clockOffsetMs}`,
        ...extra,
      };
      const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const said = (await child.stdout.toArray()).join('');
      return said === '' ? null : said;
    }),
  );

describe('twenty processes that need a token when it expires', () => {
  test('refresh it once and all get the new one', async () => {
    const { tokenVersion } = await row();
    const before = await refreshes();
    await advance(25 * HOUR_MS);
    const said = await needToken();
    expect(new Set(said)).toEqual(new Set([`version ${tokenVersion + 1}`]));
    expect(await refreshes()).toBe(before + 1);
    await callLinear();
  }, 120_000);

  test('survive the death of the one that Linear answered, because the same refresh token is sent again', async () => {
    const { tokenVersion } = await row();
    const before = await refreshes();
    await advance(25 * HOUR_MS);
    const said = await needToken({ DIE_ONCE: join(folder, 'died') });
    expect(said.filter((each) => each === null)).toHaveLength(1);
    expect(new Set(said)).toEqual(new Set([null, `version ${tokenVersion + 1}`]));
    expect(await refreshes()).toBe(before + 2);
    await callLinear();
  }, 120_000);
});

test('a grant that Linear refuses twice needs a new approval, and works again after it', async () => {
  const old = (await row()).sealedTokens;
  await advance(25 * HOUR_MS);
  await callLinear();
  // The earlier refresh token was rotated, and the half hour in which it may be replayed passes.
  await storeTokens(id, old);
  await advance(25 * HOUR_MS);
  await expect(callLinear()).rejects.toThrow('502');
  expect((await row()).connection).toBe('connected');
  await advance(61_000);
  await expect(callLinear()).rejects.toThrow('502');
  const workspace = await (await api()).get<{ connection: string }>(`/workspaces/${id}`);
  expect(workspace.connection).toBe('needs_reauth');
  const history = await (await api()).get<{ items: { kind: string }[] }>(`/workspaces/${id}/history`);
  expect(history.items[0]?.kind).toBe('needs_reauth');
  expect(stack.logs()).toContain('"NeedsReauth":1');
  await expect(callLinear()).rejects.toThrow('409');
  expect(await connectAs(stack, 'auth0|owner')).toBe(id);
  await callLinear();
});

test('a sealed token that is copied to another workspace cannot be opened', async () => {
  const headers = { 'content-type': 'application/json' };
  const made = await fetch(new URL('/_local/organizations', stack.outputs.linear), {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'Thief' }),
  });
  const { id: organization } = (await made.json()) as { id: string };
  const thief = await connectAs(stack, 'auth0|owner', organization);
  const own = await row(thief);
  await storeTokens(thief, (await row()).sealedTokens);
  await expect(callLinear(thief)).rejects.toThrow('500');
  await storeTokens(thief, own.sealedTokens);
  await callLinear(thief);
});

test('a token that Linear refuses is refreshed once, and the request is repeated', async () => {
  const before = await refreshes();
  await fetch(new URL('/_local/faults', stack.outputs.linear), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'expired-token', operation: 'AllWorkflowStates' }),
  });
  await callLinear();
  expect(await refreshes()).toBe(before + 1);
});

test('a refresh whose result was never stored is repeated at once, although the old token is valid for hours', async () => {
  const before = await row();
  const sent = await refreshes();
  // A refresher that dies after Linear's answer leaves a lease that has run out and a due time.
  const at = new Date(Date.now() + clockOffsetMs - 1_000).toISOString();
  await db.send(
    new UpdateCommand({
      TableName: table(),
      Key: { id },
      UpdateExpression: 'SET refreshUntil = :at, dueIn = :in, dueAt = :at',
      ExpressionAttributeValues: { ':at': at, ':in': 'due#0' },
    }),
  );
  await stack.invoke('PollerTick', {});
  expect(await refreshes()).toBe(sent + 1);
  expect(await row()).toMatchObject({ tokenVersion: Number(before.tokenVersion) + 1 });
  expect((await row()).refreshUntil).toBeUndefined();
});

test('while every refresh fails, the old token stays in use, until a refresh succeeds', async () => {
  const faults = (method: string, body?: object) =>
    fetch(new URL('/_local/faults', stack.outputs.linear), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const { tokenVersion } = await row();
  await advance(23 * HOUR_MS);
  await faults('POST', { kind: '5xx', operation: 'oauth/token', count: 1_000 });
  const sent = await refreshes();
  await callLinear();
  expect(await refreshes()).toBeGreaterThan(sent);
  expect(await row()).toMatchObject({ tokenVersion, connection: 'connected' });

  // The refresh is repeated, because Linear may have answered it and will forget the answer.
  for (let tick = 0; tick < 3; tick++) {
    const before = await refreshes();
    await advance(61_000);
    await stack.invoke('PollerTick', {});
    expect(await refreshes()).toBeGreaterThan(before);
  }
  await faults('DELETE');
  await advance(61_000);
  await stack.invoke('PollerTick', {});
  expect(await row()).toMatchObject({ tokenVersion: Number(tokenVersion) + 1, connection: 'connected' });
  await callLinear();
});

test('a connection survives thirty days', async () => {
  for (let day = 1; day <= 30; day++) {
    // Time passes by the hour at first, then in longer steps, up to days without a tick.
    const steps = day <= 2 ? 24 : day <= 15 ? 3 : 1;
    for (let step = 0; step < steps; step++) {
      await advance((24 * HOUR_MS) / steps);
      await stack.invoke('PollerTick', {});
      expect((await row()).connection).toBe('connected');
    }
    await callLinear();
  }
}, 180_000);

test('no stored, logged or sent text contains a token, a code or a secret', async () => {
  const journal = readFileSync(join(stack.dataDir, 'linear.jsonl'), 'utf8');
  const tokens = new Set(journal.match(/lin_(?:oauth|refresh)_\w+/g));
  expect(tokens.size).toBeGreaterThan(30);
  const { clientSecret, webhookSecret = '', confluenceClientSecret = '' } = stack.outputs;
  const secrets = [...tokens, clientSecret, webhookSecret, confluenceClientSecret];
  expect(secrets).not.toContain('');

  const { items } = await (await api()).get<{ items: { id: string }[] }>(`/projects?workspaceId=${id}`);
  await startPlanning(stack, { sub: 'auth0|owner', workspaceId: id, projectId: items[0]?.id ?? '' });
  await bindIssue(
    stack,
    { workspaceId: id, sessionId: 'a-session', itemId: 'an-item' },
    { id: randomUUID() },
  );

  const kept = { logs: stack.logs() } as Record<string, string>;
  for (const name of Object.values(environment()).filter(
    (value) => /-Data-/.test(value) && !value.startsWith('arn'),
  ))
    kept[shortName(name)] = JSON.stringify((await db.send(new ScanCommand({ TableName: name }))).Items);
  expect(Object.keys(kept)).toEqual(expect.arrayContaining(['workspaces', 'history', 'memberships']));
  kept.requests = await (await fetch(new URL('/_local/requests', stack.outputs.linear))).text();

  for (const [where, text] of Object.entries(kept)) {
    expect(text.length, where).toBeGreaterThan(2);
    expect(
      secrets.filter((secret) => text.includes(secret)),
      where,
    ).toEqual([]);
    expect(text, where).not.toMatch(/[?&](code|state|code_verifier)=/);
  }
});
