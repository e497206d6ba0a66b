import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAs, linearAs, until } from '../../../local/walk/walk-clients.ts';
import { inParallel } from '../../../shared/in-parallel.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';

type Feature = { id: string; linearIssueId: string; status: string; ready: boolean };
type IssueNow = { state: { type: string }; comments: { nodes: unknown[] } };
type Request = { operation: string; at: string };

const STORM = 150;
const LATENCY = 20;

let stack: TestStack;
let api: Api;
let workspaceId: string;
let features: Feature[];
beforeAll(async () => {
  stack = await startStack();
  await post('/_local/seed', { issues: STORM + LATENCY });
  await post('/_local/limits', { requests: 1_000_000, complexity: 1_000_000_000 });
  workspaceId = await connectAs(stack, 'auth0|owner');
  api = apiAs(stack.outputs.api, await stack.token('auth0|owner', SCOPES));
  features = await until('the features to be imported', async () => {
    const all = await listed();
    return all.length >= STORM + LATENCY ? all : undefined;
  });
  await ready();
}, 120_000);
afterAll(() => stack?.stop());

const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(new URL(path, stack.outputs.linear), init);
  expect(response.ok, `${path}: ${response.status}`).toBe(true);
};
const human = () => linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
const listed = async (): Promise<Feature[]> => {
  const { items } = await api.get<{ items: { id: string }[] }>(
    `/projects?workspaceId=${workspaceId}&limit=100`,
  );
  const all: Feature[] = [];
  for (const { id } of items) {
    for (let cursor = ''; ; ) {
      const page = await api.get<{ items: Feature[]; nextCursor?: string }>(
        `/projects/${id}/features?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...page.items);
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
  }
  return all;
};
/** Ticks until everything was looked at once. */
const ready = async () => {
  await human().advanceClock(61_000);
  await until('all to be ready', async () =>
    (await listed()).every((feature) => feature.ready) ? true : undefined,
  );
};
const requests = async (): Promise<Request[]> => {
  const response = await fetch(new URL('/_local/requests', stack.outputs.linear));
  return ((await response.json()) as { requests: Request[] }).requests;
};
const p95 = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;

test('a report shows in Linear at once, because the API kicks the poller', async () => {
  const times: number[] = [];
  for (const { id, linearIssueId } of features.slice(0, LATENCY)) {
    for (const [status, type] of [
      ['in_progress', 'started'],
      ['passing', 'completed'],
    ]) {
      const startedAt = Date.now();
      await api.patch(`/features/${id}/status`, { status, runId: 'run-1' });
      while ((await human().issue<IssueNow>(linearIssueId)).state.type !== type) {
        expect(Date.now() - startedAt, 'ms until Linear shows it').toBeLessThan(5_000);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      times.push(Date.now() - startedAt);
    }
  }
  console.log(`report → Linear: p95 ${p95(times)} ms, longest ${Math.max(...times)} ms, of ${times.length}`);
}, 120_000);

test('many reports at once cost few invocations and few requests, and each is written back once', async () => {
  const storm = features.slice(LATENCY);
  const [logged, asked] = [stack.logs().split('"message":"work"').length, (await requests()).length];
  const startedAt = Date.now();
  const report = (body: object) =>
    inParallel(storm, ({ id }) => api.patch(`/features/${id}/status`, body), 25);
  await report({ status: 'in_progress', runId: 'run-1' });
  await report({ status: 'failing', runId: 'run-1', error: 'It broke.' });
  const reportedMs = Date.now() - startedAt;
  const told = await until('all to be told', async () => {
    const all = await listed();
    return all.every(({ status }) => status !== 'in_progress') ? all : undefined;
  });
  expect(told.length).toBeGreaterThanOrEqual(STORM);
  for (const { linearIssueId } of storm)
    await until('the comment', async () =>
      (await human().issue<IssueNow>(linearIssueId)).comments.nodes.length > 0 ? true : undefined,
    );
  const log = (await requests()).slice(asked).filter(({ operation }) => operation !== null);
  const ours = log.filter(({ operation }) =>
    ['WriteBack', 'IssuesAndComments', 'WorkflowStates'].includes(operation),
  );
  const works = stack.logs().split('"message":"work"').length - logged;
  console.log(
    `${2 * storm.length} reports in ${reportedMs} ms: ${works} invocations, ${ours.length} requests, all told after ${Date.now() - startedAt} ms`,
  );
  // A plain loop would be two or three requests a report.
  expect(ours.length).toBeLessThan(storm.length / 2);
  // Two containers of the API, a kick each half second at the most.
  expect(works).toBeLessThan(4 * (reportedMs / 1_000 + 1) + 4);
  for (const { linearIssueId } of storm.slice(0, 100))
    expect((await human().issue<IssueNow>(linearIssueId)).comments.nodes).toHaveLength(1);
}, 180_000);

test('a ready feature of a workspace that pushes is announced on the bus, where rules match it', async () => {
  await api.patch(`/workspaces/${workspaceId}`, { settings: { dispatch: 'push' } });
  const [projectId] = (
    await api.get<{ items: { linearProjectId: string }[] }>(`/projects?workspaceId=${workspaceId}`)
  ).items.map(({ linearProjectId }) => linearProjectId);
  const issue = await human().createIssue(projectId ?? '', 'Announce me');
  await human().addLabel(issue.id, 'omakase');
  await until(
    'the feature',
    async () =>
      (await api.get(`/features/by-linear-issue/${issue.id}`).catch(() => undefined)) as object | undefined,
  );
  const events = () =>
    readFileSync(join(stack.dataDir, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as Record<string, never> & {
            detail: { issue: { id: string }; runId: string; feature: { id: string } };
          },
      );
  const event = await until('the announcement', async () => {
    try {
      // Who works on the workspace at a tick leaves what is left to the next.
      await human().advanceClock(61_000);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      return events().find(({ detail }) => detail.issue.id === issue.id);
    } catch {
      return undefined;
    }
  });
  expect(event).toMatchObject({ source: 'omakase.linear', 'detail-type': 'FeatureReady' });
  const { feature, runId } = event.detail;
  expect(await api.get(`/features/${feature.id}`)).toMatchObject({ status: 'pending', ready: true });
  await api.patch(`/features/${feature.id}/status`, { status: 'in_progress', runId });
  expect(events().filter(({ detail }) => detail.issue.id === issue.id)).toHaveLength(1);
}, 60_000);
