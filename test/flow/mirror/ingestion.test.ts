import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDescription } from '../../../shared/data/features/description.ts';
import { settled, startIngestion } from '../../support/in-process/ingestion.ts';

const DAY_MS = 24 * 3_600_000;

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
let teamId: string;
let projects: { id: string }[];
let label: string;

beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());

beforeEach(async () => {
  workspace = await ingestion.connected();
  const world = await workspace.world();
  ({ teamId, projects } = world);
  label = world.labels.omakase ?? '';
  await dropAll();
});

const act = async (mutation: string, variables: object): Promise<string> => {
  const data = await workspace.graphql<Record<string, Record<string, { id: string } | boolean>>>(
    mutation,
    variables,
  );
  const [payload = {}] = Object.values(data);
  const entity = Object.values(payload).find((value) => typeof value === 'object');
  return typeof entity === 'object' ? entity.id : '';
};
const create = (input: object = {}) =>
  act('mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id } } }', {
    input: { teamId, title: 'An issue', projectId: projects[0]?.id, labelIds: [label], ...input },
  });
const update = (id: string, input: object) =>
  act(
    'mutation($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }',
    { id, input },
  );
const otherTeams = async () => {
  const { teams } = await workspace.graphql<{ teams: { nodes: { id: string }[] } }>(
    '{ teams { nodes { id } } }',
    {},
  );
  return teams.nodes.map(({ id }) => id).filter((id) => id !== teamId);
};
/** An admin closes the team to the app. */
const onlyOtherTeams = async () =>
  workspace.access({ canAccessAllPublicTeams: false, teamIds: await otherTeams() });
const newLabel = (name: string, ofTeam?: string) =>
  act('mutation($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { issueLabel { id } } }', {
    input: { name, ...(ofTeam ? { teamId: ofTeam } : {}) },
  });
const deliverAll = async () => {
  await settled();
  for (const body of workspace.webhooks()) await workspace.deliver(body);
};
/** What happened is told by no webhook. */
const dropAll = async () => {
  await settled();
  workspace.webhooks();
};
const sweep = async () => {
  workspace.pass(DAY_MS);
  await workspace.reconcile();
  await workspace.drain();
};

describe('after a change without an update in Linear,', () => {
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
    await act('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', { id: label });
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

describe('a project', () => {
  const read = (index: number) => workspace.project(projects[index]?.id ?? '');

  test('that is archived here keeps its features and imports nothing until it is active again', async () => {
    const before = await create();
    await deliverAll();
    await workspace.drain();
    const project = await read(0);
    await workspace.archive(project?.id ?? '', 'archived');
    workspace.pass(DAY_MS / 24);
    const meanwhile = await create();
    await deliverAll();
    await workspace.reconcile();
    await workspace.sync('full');
    expect((await read(0))?.archivedHere).toBe(true);
    expect((await workspace.feature(before))?.withdrawn).toBeUndefined();
    expect(await workspace.feature(meanwhile)).toBeUndefined();

    await workspace.archive(project?.id ?? '', 'active');
    await workspace.drain();
    expect((await workspace.feature(meanwhile))?.claimAt).toBeDefined();
    expect((await read(0))?.sync).toBeUndefined();
  });

  test('that is archived and restored in Linear imports issues that were labelled meanwhile', async () => {
    const id = projects[0]?.id;
    await act('mutation($id: String!) { projectArchive(id: $id) { success } }', { id });
    await deliverAll();
    const meanwhile = await create();
    await deliverAll();
    expect((await read(0))?.archivedThere).toBe(true);
    expect(await workspace.feature(meanwhile)).toBeUndefined();
    await act('mutation($id: String!) { projectUnarchive(id: $id) { success } }', { id });
    await deliverAll();
    // Functions may remember the project as archived for a minute, and would import nothing.
    const { notBefore = '' } = (await read(0))?.sync ?? {};
    expect(Date.parse(notBefore)).toBeGreaterThan(Date.now() + 60_000);
    await workspace.drain();
    expect((await workspace.feature(meanwhile))?.claimAt).toBeDefined();
  });

  test.each(['completed', 'canceled'])(
    'that is %s in Linear keeps its features and imports nothing until it is open again',
    async (closed) => {
      const id = projects[0]?.id;
      const setStatus = async (type: string) => {
        const { projectStatuses } = await workspace.graphql<{
          projectStatuses: { nodes: { id: string; type: string }[] };
        }>('{ projectStatuses { nodes { id type } } }', {});
        const statusId = projectStatuses.nodes.find((status) => status.type === type)?.id;
        await act(
          'mutation($id: String!, $input: ProjectUpdateInput!) { projectUpdate(id: $id, input: $input) { success } }',
          { id, input: { statusId } },
        );
        await deliverAll();
      };
      const before = await create();
      await deliverAll();
      await workspace.drain();
      await setStatus(closed);
      workspace.pass(DAY_MS / 24);
      const meanwhile = await create();
      await deliverAll();
      await workspace.reconcile();
      await workspace.sync('full');
      expect((await read(0))?.linearState).toBe(closed);
      expect((await workspace.feature(before))?.withdrawn).toBeUndefined();
      expect(await workspace.feature(meanwhile)).toBeUndefined();
      await setStatus('started');
      await workspace.drain();
      expect((await workspace.feature(meanwhile))?.claimAt).toBeDefined();
    },
  );

  test('that vanished from Linear without a webhook is archived by the daily list of projects', async () => {
    const id = await act(
      'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
      { input: { name: 'Short-lived', teamIds: [teamId] } },
    );
    await deliverAll();
    expect((await workspace.project(id))?.archivedThere).toBe(false);
    const [other] = await otherTeams();
    const ofOtherTeams = await act(
      'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
      { input: { name: 'Of another team', teamIds: [teamId, other] } },
    );
    await deliverAll();
    await onlyOtherTeams();
    await dropAll();
    await workspace.sync('daily');
    expect((await workspace.project(id))?.archivedThere).toBe(true);
    const shared = await workspace.project(ofOtherTeams);
    expect(shared?.archivedThere).toBe(false);
  });

  test('that we never saw is mirrored at once, by an event and by a read', async () => {
    const make = (name: string) =>
      act('mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }', {
        input: { name, teamIds: [teamId] },
      });
    const byEvent = await make('By event');
    await dropAll();
    const one = await create({ projectId: byEvent });
    await deliverAll();
    expect(await workspace.project(byEvent)).toMatchObject({ name: 'By event' });
    const byRead = await make('By read');
    const other = await create({ projectId: byRead });
    await dropAll();
    await workspace.reconcile();
    for (const id of [one, other]) expect((await workspace.feature(id))?.issue).toBeDefined();
  });

  test('keeps its id when it is renamed, and an issue that moves to it keeps its feature', async () => {
    const id = await create();
    await deliverAll();
    const before = await workspace.feature(id);
    await act(
      'mutation($id: String!, $input: ProjectUpdateInput!) { projectUpdate(id: $id, input: $input) { success } }',
      { id: projects[1]?.id, input: { name: 'Renamed' } },
    );
    await update(id, { projectId: projects[1]?.id });
    await deliverAll();
    const renamed = await workspace.project(projects[1]?.id ?? '');
    expect(renamed?.name).toBe('Renamed');
    expect(await workspace.feature(id)).toMatchObject({
      id: before?.id,
      createdAt: before?.createdAt,
      projectId: renamed?.id,
    });
  });
});

describe('an issue', () => {
  test('and its sub-issues become features only by their own labels', async () => {
    const parent = await create({ labelIds: [] });
    const child = await create({ parentId: parent });
    const grandchild = await create({ parentId: child, labelIds: [] });
    await deliverAll();
    expect(await workspace.feature(parent)).toBeUndefined();
    expect((await workspace.feature(child))?.issue).toBeDefined();
    expect(await workspace.feature(grandchild)).toBeUndefined();
  });

  test('becomes a feature by a label of its team, in upper or lower case', async () => {
    await act('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', { id: label });
    const ofTeam = await newLabel('OMAkase', teamId);
    const id = await create({ labelIds: [ofTeam] });
    await deliverAll();
    await workspace.drain();
    expect((await workspace.feature(id))?.claimAt).toBeDefined();
    // Its name is known now, and its id: renamed, it is followed.
    await act(
      'mutation($id: String!, $input: IssueLabelUpdateInput!) { issueLabelUpdate(id: $id, input: $input) { success } }',
      { id: ofTeam, input: { name: 'for agents' } },
    );
    await deliverAll();
    await workspace.drain();
    expect((await workspace.row()).settings.triggerLabel).toBe('for agents');
    const later = await create({ labelIds: [ofTeam] });
    await deliverAll();
    for (const each of [id, later]) expect((await workspace.feature(each))?.withdrawn).toBeUndefined();
    expect((await workspace.feature(later))?.issue).toBeDefined();
  });

  test('keeps its whole description, even a long one', async () => {
    const description = 'Zeile für Zeile: 日本語 🍣\n'.repeat(2_000);
    const id = await create({ description });
    await deliverAll();
    const row = await workspace.feature(id);
    expect(row?.issue?.description).toBeInstanceOf(Uint8Array);
    expect(row?.issue && openDescription(row.issue.description)).toBe(description.trimEnd());
  });

  test('of an unknown shape does not hold up others, and is tried once more', async () => {
    const odd = await create({ labelIds: [label, await newLabel('x'.repeat(1_001))] });
    const plain = await create();
    await dropAll();
    await workspace.reconcile();
    expect((await workspace.feature(plain))?.issue).toBeDefined();
    const stub = await workspace.feature(odd);
    expect(stub).toMatchObject({ failure: expect.stringContaining('labels.nodes.0.name') });
    expect(stub?.dueAt).toBeDefined();
    await workspace.drain();
    expect((await workspace.feature(odd))?.dueAt).toBeUndefined();
    await workspace.reconcile();
    expect((await workspace.feature(odd))?.dueAt).toBeUndefined();
  });
});
