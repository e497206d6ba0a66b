import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, apiAs, linearAs, until } from '../../../local/walk/walk-clients.ts';
import { signed } from '../../../testing/builders.ts';
import { connectAs, SCOPES } from '../../../testing/oauth-flow.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';

const HOUR_MS = 3_600_000;

type Project = { id: string; status: string; linearProjectId: string };
type Feature = { id: string; linearIssueId: string; ready: boolean; revision: number; withdrawn?: string };
type History = {
  id: string;
  kind: string;
  outcome: string;
  projectId?: string;
  counts: Record<string, number>;
};

let stack: TestStack;
let api: Api;
let workspaceId: string;
let project: Project;

beforeAll(async () => {
  stack = await startStack();
  workspaceId = await connectAs(stack, 'auth0|owner');
  api = apiAs(stack.outputs.api, await stack.token('auth0|owner', SCOPES));
  project = await until('the projects to be mirrored', async () => (await projects())[0]);
  await until('the sync to be done', async () =>
    (await history()).some(({ kind, outcome }) => kind === 'sync' && outcome === 'done') ? true : undefined,
  );
}, 120_000);
afterAll(() => stack?.stop());

const projects = async () =>
  (await api.get<{ items: Project[] }>(`/projects?workspaceId=${workspaceId}&limit=100`)).items;
const history = async () =>
  (await api.get<{ items: History[] }>(`/workspaces/${workspaceId}/history?limit=100`)).items;
const features = async (of = project.id) =>
  (await api.get<{ items: Feature[] }>(`/projects/${of}/features?limit=100`)).items;
const human = () => linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
const refusal = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'accepted',
    (error: Error) => error.message,
  );
const done = (historyId: string) =>
  until('the sync to be done', async () => {
    const entry = await api.get<History>(`/workspaces/${workspaceId}/history/${historyId}`);
    return entry.outcome === 'done' ? entry : undefined;
  });
const featureOf = (issueId: string, is: (feature: Feature) => boolean) =>
  until('the feature', async () =>
    (await features()).find((each) => each.linearIssueId === issueId && is(each)),
  );

describe('a project', () => {
  test('is imported on request, and its history entry exists at once', async () => {
    const { historyId } = await api.post<{ historyId: string }>(`/projects/${project.id}/sync`, {});
    expect(await api.get(`/workspaces/${workspaceId}/history/${historyId}`)).toMatchObject({
      kind: 'sync',
      projectId: project.id,
    });
    expect((await done(historyId)).counts.requests).toBeGreaterThan(0);
  });

  test('is imported once for several requests at once', async () => {
    const asked = await Promise.all(
      [1, 2, 3, 4].map(() => api.post<{ historyId: string }>(`/projects/${project.id}/sync`, {})),
    );
    const ids = new Set(asked.map(({ historyId }) => historyId));
    for (const id of ids) await done(id);
    // One that was done before the next was asked for is another.
    expect(ids.size).toBeLessThan(4);
  });

  test('stays archived here through every sync, and imports its issues when it is active again', async () => {
    expect(await api.patch(`/projects/${project.id}`, { status: 'archived' })).toMatchObject({
      status: 'archived',
    });
    const { historyId } = await api.post<{ historyId: string }>(`/workspaces/${workspaceId}/sync`, {});
    await done(historyId);
    expect((await projects()).find(({ id }) => id === project.id)?.status).toBe('archived');
    for (const { ready } of await features()) expect(ready).toBe(false);

    await human().advanceClock(2 * 60_000);
    const issue = await human().createIssue(project.linearProjectId, 'Labelled in an archived project');
    await human().addLabel(issue.id, 'omakase');
    expect(await api.patch(`/projects/${project.id}`, { status: 'active' })).toMatchObject({
      status: 'active',
    });
    await human().advanceClock(2 * 60_000);
    await stack.invoke('PollerTick', {});
    expect(await featureOf(issue.id, ({ ready }) => ready)).toMatchObject({ revision: 1 });
  });

  test('that is archived in Linear cannot be made active here', async () => {
    const [, other] = await projects();
    await human().archiveProject(other?.linearProjectId ?? '');
    await until('it to be archived', async () =>
      (await projects()).find(({ id, status }) => id === other?.id && status === 'archived'),
    );
    const refused = await refusal(api.patch(`/projects/${other?.id}`, { status: 'active' }));
    expect(refused).toContain('409');
    expect(refused).toContain('restore it there');
  });

  test('refuses other changes, and changes by strangers', async () => {
    for (const body of [{}, { status: 'deleted' }, { status: 'active', name: 'Mine' }])
      expect(await refusal(api.patch(`/projects/${project.id}`, body))).toContain('400');
    const stranger = apiAs(stack.outputs.api, await stack.token('auth0|stranger', SCOPES));
    expect(await refusal(stranger.patch(`/projects/${project.id}`, { status: 'archived' }))).toContain('404');
    expect(await refusal(stranger.post(`/projects/${project.id}/sync`, {}))).toContain('404');
  });
});

test('fifty simultaneous deliveries of one event create one feature of revision 1', async () => {
  const issue = await human().createIssue(project.linearProjectId, 'Told fifty times');
  const deliveries = async () =>
    (
      (await (await fetch(new URL('/_local/deliveries', stack.outputs.linear))).json()) as {
        deliveries: { body: { data: { id: string; labels: object[] } } }[];
      }
    ).deliveries;
  await human().fault({ kind: 'drop', count: 1 });
  await human().addLabel(issue.id, 'omakase');
  const { body } = await until('Linear to tell', async () =>
    (await deliveries()).find(({ body: { data } }) => data?.id === issue.id && data.labels.length > 0),
  );
  const { bytes, signature } = signed(body, stack.outputs.webhookSecret ?? '');
  const headers = { 'content-type': 'application/json; charset=utf-8', 'linear-signature': signature };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      fetch(new URL('/webhooks/linear', stack.outputs.api), { method: 'POST', headers, body: bytes }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  const outcomes = await Promise.all(
    answers.map(async (answer) => (await answer.json()) as { outcome: string }),
  );
  // A reconcile may have been faster than all of them.
  expect(outcomes.filter(({ outcome }) => outcome === 'written').length).toBeLessThanOrEqual(1);
  expect(outcomes.filter(({ outcome }) => outcome === 'unchanged').length).toBeGreaterThanOrEqual(49);
  expect((await features()).filter((each) => each.linearIssueId === issue.id)).toMatchObject([
    { revision: 1 },
  ]);
});

test('within a day everything known is read again, with operations that the functions are granted', async () => {
  stack.wire.take();
  await human().advanceClock(25 * HOUR_MS);
  const asked = () =>
    stack.wire
      .kinds()
      .map(({ caller, action, table, index }) =>
        [caller, action, table, index].map(String).map(shortName).join(' '),
      );
  await until('the day’s listing and sweep', async () => {
    await human().advanceClock(60_000);
    await stack.invoke('PollerTick', {});
    const seen = asked();
    return seen.includes('Sync Query projects by_workspace') &&
      seen.includes('PollerTick Query features by_project')
      ? true
      : undefined;
  });
});
