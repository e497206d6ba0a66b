import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { AppError } from '../../../shared/errors.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import {
  crashAt,
  create,
  deliverAll,
  featuresOf,
  imported,
  ingestion,
  newLabel,
  newWorkspace,
  seededIssues,
  startMirror,
  stopMirror,
  workspace,
  world,
} from '../../support/in-process/mirrored.ts';

beforeAll(startMirror, 60_000);
afterAll(stopMirror);
beforeEach(newWorkspace);

describe('a sync', () => {
  test('that is requested several times at once runs once', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => workspace.askSync('full')));
    expect(new Set(asked.map(({ historyId }) => historyId)).size).toBe(1);
    await workspace.runSync();
    expect((await workspace.row()).sync).toBeUndefined();
    expect((await workspace.askSync('full')).historyId).not.toBe(asked[0]?.historyId);
  });

  test('of everything follows a running sync that reads less, and further requests for it are merged', async () => {
    const daily = await workspace.askSync('daily');
    const asked = await Promise.all([1, 2, 3].map(() => workspace.askSync('full')));
    expect(new Set(asked.map(({ historyId }) => historyId)).size).toBe(1);
    const [full] = asked;
    expect(full?.historyId).not.toBe(daily.historyId);
    expect((await workspace.row()).syncAgain?.plan).toBe('full');
    const again = await workspace.askSync('full');
    // A changed setting replaces it and continues its history entry.
    await workspace.changeSettings({ statusMap: {} });
    expect((await workspace.row()).syncAgain?.historyId).toBe(again.historyId);
    await workspace.drain();
    const told = await workspace.history();
    for (const { historyId } of [daily, again])
      expect(told.find(({ id }) => id === historyId)).toMatchObject({ outcome: 'done' });
    expect((await workspace.row()).sync).toBeUndefined();
  });

  test('updates the name of the organization', async () => {
    const row = await workspace.row();
    expect(row?.linearOrganizationName).toBe('Property');
    expect(row?.linearOrganizationUrlKey).toMatch(/^property/);
  });

  test('whose token belongs to another organization stores nothing, and asks the owner to connect again', async () => {
    const stranger = await ingestion.connected();
    const { teamId } = await stranger.world();
    const { projectCreate } = await stranger.graphql<{ projectCreate: { project: { id: string } } }>(
      'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
      { input: { name: 'Not theirs', teamIds: [teamId] } },
    );
    const { historyId } = await workspace.askSync('full');
    const { sync: _, ...before } = await workspace.row();
    workspace.holdToken(stranger.parts.accessToken);
    expect(await workspace.requestsOf(() => workspace.runSync())).toBe(1);
    const { updatedAt, missedFrom } = await workspace.row();
    expect(await workspace.row()).toEqual({ ...before, connection: 'needs_reauth', updatedAt, missedFrom });
    expect(workspace.needingReauth).toEqual([workspace.workspaceId]);
    expect(await workspace.project(projectCreate.project.id)).toBeUndefined();
    const told = (await workspace.history()).find(({ id }) => id === historyId);
    const errors = [expect.stringContaining('another organization')];
    expect(told).toMatchObject({ outcome: 'failed', errors });
  });

  test('sets the watermarks from which the reconcile reads, by Linear’s clock and not by ours', async () => {
    const { issuesWatermark, projectsWatermark } = await workspace.row();
    const { issues, projects } = await workspace.graphql<
      Record<'issues' | 'projects', { nodes: { updatedAt: string }[] }>
    >(
      `{ issues(first: 1, orderBy: updatedAt) { nodes { updatedAt } }
         projects(first: 50, orderBy: updatedAt) { nodes { updatedAt } } }`,
      {},
    );
    expect(issuesWatermark).toBe(issues.nodes[0]?.updatedAt);
    expect(projects.nodes.map(({ updatedAt }) => updatedAt)).toContain(projectsWatermark);
  });

  test('that two functions run at once imports everything once and ends once', async () => {
    await workspace.seed({ issues: 250 });
    const { historyId } = await workspace.askSync('connect');
    const ends = await Promise.all([workspace.runSync(), workspace.runSync()]);
    expect(ends.filter((end) => end === 'done')).toHaveLength(1);
    const { here, there } = await imported();
    expect(here).toBe(there);
    expect((await workspace.history()).find(({ id }) => id === historyId)).toMatchObject({ outcome: 'done' });
  });

  test('that dies continues where it was, page by page', async () => {
    await workspace.seed({ projects: 3, issues: 350 });
    const whole = await workspace.requestsOf(() => workspace.sync('connect'));
    expect(whole).toBeGreaterThan(5);
    await workspace.seed({ issues: 300 });
    const { historyId } = await workspace.askSync('full');
    let spent = 0;
    for (let crash = 0; crash < 20; crash++) {
      if ((await workspace.row()).sync === undefined) break;
      // One page, then dead.
      spent += await workspace.requestsOf(() => workspace.runSync().catch(() => undefined), crashAt(2));
    }
    expect((await workspace.row()).sync).toBeUndefined();
    const { here, there } = await imported();
    expect(here).toBe(there);
    const told = (await workspace.history()).find(({ id }) => id === historyId);
    expect(told).toMatchObject({ outcome: 'done', counts: { 'issues.written': 300 } });
    // Each death cost the request it died before, and nothing was read twice.
    expect(told?.counts.requests).toBeLessThan(spent);
    expect(spent).toBeLessThan(2 * (told?.counts.requests ?? 0) + 1);
  });

  test('of one project imports all of its issues, and is recorded in history with the project', async () => {
    await workspace.seed({ projects: 2, issues: 260 });
    await workspace.sync('daily');
    const { projects } = await workspace.graphql<{ projects: { nodes: { id: string }[] } }>(
      '{ projects(first: 1, filter: { name: { startsWith: "Project " } }) { nodes { id } } }',
      {},
    );
    const project = await workspace.project(projects.nodes[0]?.id ?? '');
    const told = await workspace.sync('project', project?.id);
    expect(told).toMatchObject({ kind: 'sync', outcome: 'done', projectId: project?.id });
    expect(told?.counts).toMatchObject({ 'issues.written': 130, issuePages: 2 });
    expect((await workspace.project(projects.nodes[0]?.id ?? ''))?.dueAt).toBeUndefined();
  });

  test('of a project ends with a reason if the workspace is disconnected', async () => {
    const project = await workspace.project(world.projects[0]?.id ?? '');
    await workspace.disconnect();
    const told = await workspace.sync('project', project?.id);
    expect(told).toMatchObject({ outcome: 'failed', errors: ['The workspace is disconnected.'] });
    expect((await workspace.project(world.projects[0]?.id ?? ''))?.sync).toBeUndefined();
  });

  test('with the new label follows a sync that was running when the setting changed', async () => {
    const name = 'robots';
    const label = await newLabel(name);
    const old = await create();
    const fresh = await create({ labelIds: [label] });
    await deliverAll();
    await workspace.askSync('full');
    // It has read the labels and all that bears them, by the old setting.
    await workspace.requestsOf(() => workspace.runSync().catch(() => undefined), crashAt(5));
    expect((await workspace.row()).sync?.stages[0]).toBe('known');
    await workspace.changeSettings({ triggerLabel: name });
    await workspace.drain();
    expect(await workspace.feature(old)).toMatchObject({ withdrawn: 'label_removed' });
    expect((await workspace.feature(fresh))?.claimAt).toBeDefined();
    expect((await workspace.row()).syncAgain).toBeUndefined();
  });

  test('reads all known issues again, page by page', async () => {
    await workspace.seed({ issues: 230 });
    await workspace.sync('connect');
    const issueIds = await seededIssues();
    await workspace.graphql('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', {
      id: world.labels.omakase,
    });
    await workspace.sync('full');
    const rows = await featuresOf(issueIds);
    expect(rows.filter(({ withdrawn }) => withdrawn === 'label_removed')).toHaveLength(230);
  });

  test('that Linear does not answer pauses the workspace, and then continues', async () => {
    await workspace.askSync('full');
    const { projects } = workspace.parts.deps;
    const project = await workspace.project(world.projects[0]?.id ?? '');
    if (!project) throw new Error('There is no project.');
    const { now } = workspace.parts.deps;
    await projects.askSync(project.id, newSync('of-project', 'project', { now: now() }), now());
    const down = () => {
      throw new LinearError({ is: 'unavailable' }, {});
    };
    expect(await workspace.requestsOf(() => workspace.runSync(), down)).toBe(1);
    const { outages, pausedUntil = '' } = await workspace.row();
    expect(outages).toBe(1);
    expect(Date.parse(pausedUntil)).toBeGreaterThan(now() + 50_000);
    // Nobody asks Linear meanwhile, whichever sync it is.
    expect(await workspace.requestsOf(() => workspace.runSync())).toBe(0);
    expect(await workspace.requestsOf(() => workspace.runSync(project.id))).toBe(0);
    workspace.pass(120_000);
    expect(await workspace.runSync()).toBe('done');
    expect((await workspace.row()).outages).toBe(0);
    expect(await workspace.runSync(project.id)).toBe('done');
  });

  test('that gets no token in time is left to the next tick, and does not count as an outage', async () => {
    await workspace.askSync('full');
    const late = () => {
      throw new AppError('upstream', 'No fresh token of this workspace was available in time.');
    };
    let ended: unknown;
    await workspace.requestsOf(async () => {
      ended = await workspace.runSync();
    }, late);
    expect(ended).toBe('unfinished');
    expect(await workspace.row()).toMatchObject({ outages: 0, sync: { plan: 'full' } });
    expect(await workspace.runSync()).toBe('done');
  });

  test('that exceeds a rate limit waits, and history says why', async () => {
    const { historyId } = await workspace.askSync('full');
    await workspace.limit(1);
    await workspace.runSync();
    await workspace.runSync();
    expect((await workspace.row()).sync?.historyId).toBe(historyId);
    const told = (await workspace.history()).find(({ id }) => id === historyId);
    expect(told).toMatchObject({ outcome: 'running', errors: [expect.stringContaining('rate_limited')] });
    await workspace.limit(5_000);
  });
});
