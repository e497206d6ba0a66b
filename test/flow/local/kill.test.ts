import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signToken } from '../../../local/keys.ts';
import { freePort } from '../../../local/ports.ts';
import { apiAs, until } from '../../../local/walk/walk-clients.ts';

const root = join(import.meta.dirname, '../../..');

type Feature = { id: string; linearIssueId: string; status: string; revision: number };
type Issue = { state: { type: string }; comments: { nodes: unknown[] }; attachments: { nodes: unknown[] } };

let env: NodeJS.ProcessEnv;
let dataDir: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'omakase-kill-'));
  env = {
    ...process.env,
    PORT: `${await freePort()}`,
    LINEAR_PORT: `${await freePort()}`,
    CONFLUENCE_PORT: `${await freePort()}`,
    DATA_DIR: dataDir,
  };
});
afterAll(() => {
  for (const each of running) killTree(each);
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs `npm start` as a user would, in its own process group. */
const start = (...flags: string[]) => {
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), ...flags], {
    env,
    cwd: root,
    detached: true,
  });
  running.add(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, ended, output: () => output };
};
const killTree = ({ pid }: ChildProcess) => {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has exited already.
  }
};

const outputs = () =>
  JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as { api: string; linear: string };
const listed = async (): Promise<Feature[]> => {
  const scope = 'features:read workspaces:read';
  const api = apiAs(outputs().api, await signToken(dataDir, { sub: 'auth0|owner', scope }));
  const { items } = await api.get<{ items: { id: string }[] }>('/workspaces');
  const found: Feature[] = [];
  for (const workspace of items) {
    const projects = await api.get<{ items: { id: string }[] }>(`/projects?workspaceId=${workspace.id}`);
    for (const { id } of projects.items)
      found.push(...(await api.get<{ items: Feature[] }>(`/projects/${id}/features?limit=100`)).items);
  }
  return found;
};

/** A busy machine needs this long to start everything and to walk to a step. */
const STEP_MS = 90_000;
const LAST_STEP = /Every block of it is accounted for/;

describe('kill -9 of all processes', () => {
  /** The features that the API returned before each kill. */
  const acknowledged: Feature[] = [];

  test.each([
    ['after the issue was labelled', /a signed webhook arrives/],
    ['after work was reported in progress', /reports in_progress/],
    ['after the first issue was done', /reports passing/],
    ['after the issue with the lost webhook was found', /the reconcile found it/],
  ])('%s loses nothing that was acknowledged', { timeout: 2 * STEP_MS }, async (_, line) => {
    const walk = start('--once');
    const isReached = async () => (line.test(walk.output()) ? true : undefined);
    await until('the walk to reach that step', isReached, STEP_MS);
    acknowledged.push(...(await listed()));
    // The kill comes in the middle of the next step.
    await sleep(Math.random() * 150);
    killTree(walk.child);
    await walk.ended;
    expect(walk.output()).not.toMatch(LAST_STEP);
  });

  test('does not keep the next walk from completing', async () => {
    const walk = start('--once');
    expect(await walk.ended, walk.output()).toBe(0);
    expect(walk.output()).toMatch(LAST_STEP);
  });

  test('leaves no duplicate feature, comment or link, and no report without its effect', async () => {
    const serving = start('--no-walk');
    await until('the service', async () => {
      const up = await fetch(new URL('/healthz', outputs().api)).catch(() => undefined);
      return up?.ok ? true : undefined;
    });
    const { linear } = outputs();
    const post = async (path: string, body: unknown) => {
      const headers = { authorization: 'lin_api_local', 'content-type': 'application/json' };
      const response = await fetch(new URL(path, linear), {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return (await response.json()) as { data: { issue: Issue } };
    };
    await post('/_local/clock', { advanceMs: 6 * 60_000 });

    const features = await listed();
    expect(new Set(features.map(({ linearIssueId }) => linearIssueId)).size).toBe(features.length);
    for (const before of acknowledged) {
      const after = features.find(({ id }) => id === before.id);
      expect(after?.revision).toBeGreaterThanOrEqual(before.revision);
      if (before.status === 'passing') expect(after?.status).toBe('passing');
    }

    const query =
      'query($id: String!) { issue(id: $id) { state { type } comments { nodes { id } } attachments { nodes { id } } } }';
    const passing = features.filter(({ status }) => status === 'passing');
    expect(passing.length).toBeGreaterThanOrEqual(4);
    for (const { linearIssueId } of passing)
      await until('the outcome in Linear', async () => {
        const { data } = await post('/graphql', { query, variables: { id: linearIssueId } });
        const { state, comments, attachments } = data.issue;
        expect(comments.nodes.length).toBeLessThanOrEqual(1);
        expect(attachments.nodes.length).toBeLessThanOrEqual(1);
        const isTold =
          state.type === 'completed' && comments.nodes.length === 1 && attachments.nodes.length === 1;
        return isTold ? true : undefined;
      });
    serving.child.kill('SIGTERM');
    await serving.ended;
  });
});
