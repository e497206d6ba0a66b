import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAs } from '../../../local/walk/walk-clients.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { ownProcessesOf, residentMegabytes } from '../../../testing/processes.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';

/** `PROJECTS=5000 ISSUES=50000` is the size that is promised. */
const PROJECTS = Number(process.env.PROJECTS ?? 300);
const ISSUES = Number(process.env.ISSUES ?? 2_000);
const TIMEOUT_MS = 60_000 + 20 * (PROJECTS + ISSUES);
/** What pages in flight may hold; a run that gathers what it read would hold far more. */
const FLAT_MB = 80;

type Counts = Record<string, number>;

let stack: TestStack;
let api: Api;
beforeAll(async () => {
  stack = await startStack({ schedules: false });
  api = apiAs(stack.outputs.api, await stack.token('auth0|owner', SCOPES));
}, 120_000);
afterAll(() => stack?.stop());

const linear = async <T>(path: string, body?: unknown): Promise<T> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await (await fetch(new URL(path, stack.outputs.linear), init)).json()) as T;
};

test(
  `imports ${PROJECTS} projects with ${ISSUES} labelled issues page by page, killed in the middle, in little memory`,
  async () => {
    await linear('/_local/seed', { teams: 5, projects: PROJECTS, issues: ISSUES });
    const workspaceId = await connectAs(stack, 'auth0|owner');
    const sync = async () => {
      const { items } = await api.get<{ items: { kind: string; outcome: string; counts: Counts }[] }>(
        `/workspaces/${workspaceId}/history?limit=100`,
      );
      return items.find(({ kind }) => kind === 'sync');
    };

    const startedAt = performance.now();
    const memory: number[] = [];
    let killed = 0;
    for (;;) {
      const { outcome, counts = {} } = (await sync()) ?? {};
      if (outcome === 'done') break;
      if (performance.now() - startedAt > TIMEOUT_MS) throw new Error(`Not done: ${JSON.stringify(counts)}`);
      for (const pid of ownProcessesOf('Sync')) {
        const megabytes = residentMegabytes(pid);
        if (megabytes) memory.push(megabytes);
        // Once among the issues, in the middle of a page.
        if (killed > 0 || (counts.issuePages ?? 0) < ISSUES / 200) continue;
        process.kill(pid, 'SIGKILL');
        killed++;
      }
      if (killed > 0 && ownProcessesOf('Sync').length === 0) {
        // The schedule finds that nobody runs it any more.
        await linear('/_local/clock', { advanceMs: 61_000 });
        await stack.invoke('PollerTick', {});
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const { counts = {} } = (await sync()) ?? {};
    const flat = Math.max(...memory) - Math.min(...memory.slice(0, 3));
    console.log(
      `${PROJECTS} projects, ${ISSUES} issues: ${seconds.toFixed(1)} s, ${counts.requests} requests, memory +${flat.toFixed(0)} MB`,
    );

    expect(killed).toBe(1);
    const mirrored = (counts['projects.created'] ?? 0) + (counts['projects.unchanged'] ?? 0);
    expect(mirrored).toBeGreaterThanOrEqual(PROJECTS);
    // The page that was under way when the run died is read again, and what it had written is unchanged then.
    const seen = (counts['issues.written'] ?? 0) + (counts['issues.unchanged'] ?? 0);
    expect(seen).toBeGreaterThanOrEqual(ISSUES);
    expect(counts.projectPages).toBe(Math.ceil(mirrored / 250));
    expect(counts.issuePages).toBe(Math.ceil(seen / 100));
    expect(counts.requests).toBe(1 + (counts.projectPages ?? 0) + (counts.issuePages ?? 0));
    expect(flat).toBeLessThan(FLAT_MB);

    // Every feature once, in its project.
    const { items } = await api.get<{ items: { id: string; name: string }[] }>(
      `/projects?workspaceId=${workspaceId}&limit=100`,
    );
    const [sample] = items.filter(({ name }) => name.startsWith('Project '));
    const features = await api.get<{ items: object[] }>(`/projects/${sample?.id}/features?limit=100`);
    expect(features.items.length).toBeGreaterThanOrEqual(Math.floor(ISSUES / PROJECTS));
  },
  TIMEOUT_MS + 60_000,
);
