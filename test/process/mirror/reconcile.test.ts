import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tamper } from '../../../testing/tables.ts';
import {
  act,
  crashAt,
  create,
  deliverAll,
  dropAll,
  featuresOf,
  imported,
  newWorkspace,
  onlyOtherTeams,
  seededIssues,
  startMirror,
  stopMirror,
  workspace,
  world,
} from '../../support/in-process/mirrored.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

beforeAll(startMirror, 60_000);
afterAll(stopMirror);
beforeEach(newWorkspace);

describe('a reconcile', () => {
  test('of a long backlog continues after a crash, and raises the watermark only at its end', async () => {
    await create();
    await deliverAll();
    await workspace.reconcile();
    const before = (await workspace.row()).issuesWatermark;
    await workspace.seed({ issues: 350 });
    // Rows in bulk lie in the past; an edit of each is what a backlog is.
    const issueIds = await seededIssues();
    for (const id of issueIds) await workspace.admin.edit(id, { title: 'Edited' });
    workspace.webhooks();
    const first = await workspace.requestsOf(() => workspace.reconcile().catch(() => undefined), crashAt(2));
    expect(first).toBe(2);
    expect((await workspace.row()).issuesWatermark).toBe(before);
    expect((await workspace.row()).reconcile?.counts.requests).toBe(1);
    await workspace.reconcile();
    expect((await workspace.row()).reconcile).toBeUndefined();
    expect((await workspace.row()).issuesWatermark ?? '').not.toBe(before);
    const rows = await featuresOf(issueIds);
    expect(rows.filter(({ issue }) => issue?.name === 'Edited')).toHaveLength(250);
  });

  test('whose watermark lies in the future continues from now', async () => {
    const issue = await create();
    await deliverAll();
    const far = '9999-12-31T23:59:59.999Z';
    const set = { issuesWatermark: far, projectsWatermark: far };
    await tamper(workspace.parts.db, 'workspaces', { id: workspace.workspaceId }, { set });
    await workspace.admin.edit(issue, { title: 'After it' });
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
    const issueIds = await seededIssues();
    for (const id of issueIds) await workspace.admin.edit(id, { title: 'Edited' });
    const oldest = issueIds.at(-1) ?? '';
    await workspace.requestsOf(
      () => workspace.reconcile(),
      async (request) => {
        if (request === 2) await workspace.admin.edit(oldest, { title: 'Edited meanwhile' });
      },
    );
    await workspace.reconcile();
    expect((await workspace.feature(oldest))?.issue?.name).toBe('Edited meanwhile');
    const rows = await featuresOf(issueIds);
    expect(rows.filter(({ issue }) => issue?.name.startsWith('Edited'))).toHaveLength(250);
  });

  test('finds changes that were committed late, below the watermark', async () => {
    await create();
    await workspace.reconcile();
    // Rows in bulk are as old as they are many: most of them lie before what was just created.
    await workspace.seed({ issues: 1_500 });
    const watermark = (await workspace.row()).issuesWatermark ?? '';
    await workspace.reconcile();
    const { issuesWatermark = '' } = await workspace.row();
    // The newest of them are newer if the machine is slow, but by less than all of them span.
    expect(Date.parse(issuesWatermark) - Date.parse(watermark)).toBeLessThan(1_000);
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
    await workspace.admin.edit(id, { title: 'Told' });
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

describe('after a change without an update in Linear,', () => {
  beforeEach(dropAll);
  const sweep = async () => {
    workspace.pass(DAY_MS);
    await workspace.reconcile();
    await workspace.drain();
  };

  test('an issue that was deleted permanently is withdrawn as gone, after two reads', async () => {
    const id = await create();
    await deliverAll();
    await workspace.drain();
    await act('mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }', { id });
    await dropAll();
    await workspace.reconcile();
    await workspace.drain();
    expect((await workspace.feature(id))?.withdrawn).toBeUndefined();
    await sweep();
    expect(await workspace.feature(id)).toMatchObject({ withdrawn: 'gone' });
  });

  test('an issue of a team that was closed to the app is withdrawn as access_lost, and returns with the team', async () => {
    const id = await create();
    await deliverAll();
    await workspace.drain();
    await onlyOtherTeams();
    await deliverAll();
    await workspace.drain();
    expect(await workspace.feature(id)).toMatchObject({ withdrawn: 'access_lost' });
    expect((await workspace.feature(id))?.claimAt).toBeUndefined();

    await workspace.access({ canAccessAllPublicTeams: true, teamIds: [] });
    await deliverAll();
    await workspace.drain();
    const back = await workspace.feature(id);
    expect(back?.withdrawn).toBeUndefined();
    expect(back?.claimAt).toBeDefined();
  });

  test('the issues of a team that was closed to the app cost one request about the team', async () => {
    const ids: string[] = [];
    for (let issue = 0; issue < 12; issue++) ids.push(await create());
    await deliverAll();
    await workspace.drain();
    await onlyOtherTeams();
    await dropAll();
    // The sweep, two looks ten minutes apart, the third that ends them, and the question.
    const asked = await workspace.requestsOf(sweep);
    for (const id of ids) expect(await workspace.feature(id)).toMatchObject({ withdrawn: 'access_lost' });
    expect(asked).toBeLessThan(8);
  });

  test('a renamed state shows on its features by the next day', async () => {
    const id = await create();
    await deliverAll();
    await workspace.drain();
    const state = (await workspace.feature(id))?.issue?.state.id;
    await act(
      'mutation($id: String!, $input: WorkflowStateUpdateInput!) { workflowStateUpdate(id: $id, input: $input) { success } }',
      { id: state, input: { name: 'Waiting' } },
    );
    await dropAll();
    await sweep();
    expect((await workspace.feature(id))?.issue?.state.name).toBe('Waiting');
  });

  test('the features of a deleted trigger label are withdrawn', async () => {
    const id = await create();
    await deliverAll();
    await workspace.drain();
    await act('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', {
      id: world.labels.omakase,
    });
    await deliverAll();
    await workspace.drain();
    expect(await workspace.feature(id)).toMatchObject({ withdrawn: 'label_removed' });
  });

  test('a sweep reads known issues once a day and not more often', async () => {
    await create();
    await deliverAll();
    await workspace.drain();
    await sweep();
    const { sweep: first } = await workspace.row();
    workspace.pass(DAY_MS / 2);
    await workspace.reconcile();
    expect((await workspace.row()).sweep).toEqual(first);
    workspace.pass(DAY_MS);
    await workspace.reconcile();
    expect((await workspace.row()).sweep?.startedAt).not.toBe(first?.startedAt);
  });
});
