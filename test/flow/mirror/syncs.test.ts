import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { derivedId } from '../../../shared/domain/ids.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { AppError } from '../../../shared/errors.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import { tamper } from '../../../testing/tables.ts';
import { settled, startIngestion } from '../../support/in-process/ingestion.ts';

const MINUTE_MS = 60_000;

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
let world: Awaited<ReturnType<typeof workspace.world>>;

beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());
beforeEach(async () => {
  workspace = await ingestion.connected();
  world = await workspace.world();
});

const create = async (input: object = {}): Promise<string> => {
  const { issueCreate } = await workspace.graphql<{ issueCreate: { issue: { id: string } } }>(
    'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id } } }',
    {
      input: {
        teamId: world.teamId,
        title: 'An issue',
        projectId: world.projects[0]?.id,
        labelIds: [world.labels.omakase],
        ...input,
      },
    },
  );
  return issueCreate.issue.id;
};
const rename = (id: string, title: string) =>
  workspace.graphql(
    'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
    { id, input: { title } },
  );
const deliverAll = async () => {
  await settled();
  for (const body of workspace.webhooks()) await workspace.deliver(body);
};
/** The process dies before a request. */
const crashAt = (at: number) => (request: number) => {
  if (request === at) throw new Error('killed');
};
/** All that Linear has of the trigger label, and how many of them are features here. */
const imported = async () => {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    type Page = {
      issues: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const { issues }: Page = await workspace.graphql<Page>(
      `query($after: String) { issues(first: 250, after: $after, filter: { labels: { some: { name: { eq: "omakase" } } },
        project: { null: false }, state: { type: { nin: ["completed", "canceled", "duplicate"] } } }) {
        nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    ids.push(...issues.nodes.map(({ id }) => id));
    after = issues.pageInfo.endCursor;
    more = issues.pageInfo.hasNextPage;
  }
  const rows = await ingestion.features.getMany(ids.map((id) => derivedId('feature', id)));
  return { there: ids.length, here: rows.filter(({ issue, withdrawn }) => issue && !withdrawn).length };
};

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
    const { issueLabelCreate } = await workspace.graphql<{
      issueLabelCreate: { issueLabel: { id: string } };
    }>('mutation($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { issueLabel { id } } }', {
      input: { name },
    });
    const old = await create();
    const fresh = await create({ labelIds: [issueLabelCreate.issueLabel.id] });
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
    const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
      '{ issues(first: 250, filter: { title: { startsWith: "Issue " } }) { nodes { id } } }',
      {},
    );
    await workspace.graphql('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', {
      id: world.labels.omakase,
    });
    await workspace.sync('full');
    const rows = await ingestion.features.getMany(issues.nodes.map(({ id }) => derivedId('feature', id)));
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

describe('a reconcile', () => {
  test('of a long backlog continues after a crash, and raises the watermark only at its end', async () => {
    await create();
    await deliverAll();
    await workspace.reconcile();
    const before = (await workspace.row()).issuesWatermark;
    await workspace.seed({ issues: 350 });
    // Rows in bulk lie in the past; an edit of each is what a backlog is.
    const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
      '{ issues(first: 250, filter: { title: { startsWith: "Issue " } }) { nodes { id } } }',
      {},
    );
    for (const { id } of issues.nodes) await rename(id, 'Edited');
    workspace.webhooks();
    const first = await workspace.requestsOf(() => workspace.reconcile().catch(() => undefined), crashAt(2));
    expect(first).toBe(2);
    expect((await workspace.row()).issuesWatermark).toBe(before);
    expect((await workspace.row()).reconcile?.counts.requests).toBe(1);
    await workspace.reconcile();
    expect((await workspace.row()).reconcile).toBeUndefined();
    expect((await workspace.row()).issuesWatermark ?? '').not.toBe(before);
    const rows = await ingestion.features.getMany(issues.nodes.map(({ id }) => derivedId('feature', id)));
    expect(rows.filter(({ issue }) => issue?.name === 'Edited')).toHaveLength(250);
  });

  test('whose watermark lies in the future continues from now', async () => {
    const issue = await create();
    await deliverAll();
    const far = '9999-12-31T23:59:59.999Z';
    const set = { issuesWatermark: far, projectsWatermark: far };
    await tamper(workspace.parts.db, 'workspaces', { id: workspace.workspaceId }, { set });
    await rename(issue, 'After it');
    const [project] = world.projects;
    await workspace.graphql(
      'mutation($id: String!) { projectUpdate(id: $id, input: { description: "After it" }) { success } }',
      { id: project?.id },
    );
    workspace.webhooks();
    await workspace.reconcile();
    expect((await workspace.feature(issue))?.issue?.name).toBe('After it');
    expect((await workspace.project(project?.id ?? ''))?.description).toBe('After it');
    const { issuesWatermark = '', projectsWatermark = '' } = await workspace.row();
    const soon = new Date(Date.now() + MINUTE_MS).toISOString();
    expect([issuesWatermark < soon, projectsWatermark < soon]).toEqual([true, true]);
  });

  test('misses no change that happens between its pages', async () => {
    await workspace.seed({ issues: 250 });
    const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
      '{ issues(first: 250, filter: { title: { startsWith: "Issue " } }) { nodes { id } } }',
      {},
    );
    for (const { id } of issues.nodes) await rename(id, 'Edited');
    const oldest = issues.nodes.at(-1)?.id ?? '';
    await workspace.requestsOf(
      () => workspace.reconcile(),
      async (request) => {
        if (request === 2) await rename(oldest, 'Edited meanwhile');
      },
    );
    await workspace.reconcile();
    expect((await workspace.feature(oldest))?.issue?.name).toBe('Edited meanwhile');
    const rows = await ingestion.features.getMany(issues.nodes.map(({ id }) => derivedId('feature', id)));
    expect(rows.filter(({ issue }) => issue?.name.startsWith('Edited'))).toHaveLength(250);
  });

  test('finds changes that were committed late, below the watermark', async () => {
    await create();
    await workspace.reconcile();
    // Rows in bulk are as old as they are many: most of them lie before what was just created.
    await workspace.seed({ issues: 1_500 });
    const watermark = (await workspace.row()).issuesWatermark ?? '';
    await workspace.reconcile();
    expect((await workspace.row()).issuesWatermark).toBe(watermark);
    const { here, there } = await imported();
    expect(there).toBeGreaterThan(1_500);
    expect(here).toBe(there);
  });

  test('takes one request if nothing changed, however many issues are known', async () => {
    await workspace.seed({ issues: 300 });
    await workspace.sync('connect');
    for (let run = 0; run < 3; run++) {
      workspace.pass(5 * MINUTE_MS);
      await workspace.reconcile();
    }
    // What was imported at one stroke lies in the overlap, and is not read again for ever.
    expect(await workspace.requestsOf(() => workspace.reconcile())).toBe(1);
    await create();
    await create();
    await workspace.reconcile();
    const { here, there } = await imported();
    expect(here).toBe(there);
  });

  test('reports that no webhooks arrive, until they do again', async () => {
    workspace.webhooks();
    const id = await create();
    workspace.webhooks();
    workspace.pass(3 * MINUTE_MS);
    await workspace.reconcile();
    expect((await workspace.row()).deliveriesMissedAt).toBeDefined();
    expect(await workspace.history()).toContainEqual(
      expect.objectContaining({ kind: 'reconcile', counts: expect.objectContaining({ missed: 1 }) }),
    );
    await rename(id, 'Told');
    await deliverAll();
    workspace.pass(3 * MINUTE_MS);
    await workspace.reconcile();
    expect((await workspace.row()).deliveriesMissedAt).toBeUndefined();
  });

  test('does not count changes by a setting or an import as missed', async () => {
    const id = await create();
    await deliverAll();
    const project = await workspace.project(world.projects[0]?.id ?? '');
    await workspace.archive(project?.id ?? '', 'archived');
    workspace.pass(2 * MINUTE_MS);
    const meanwhile = await create();
    await deliverAll();
    workspace.pass(3 * MINUTE_MS);
    await workspace.archive(project?.id ?? '', 'active');
    workspace.pass(2 * MINUTE_MS);
    await workspace.reconcile();
    await workspace.drain();
    for (const each of [id, meanwhile]) expect((await workspace.feature(each))?.claimAt).toBeDefined();
    expect((await workspace.row()).deliveriesMissedAt).toBeUndefined();
  });
});
