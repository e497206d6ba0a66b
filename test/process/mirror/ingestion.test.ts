import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDescription } from '../../../shared/data/description.ts';
import {
  act,
  create,
  deliverAll,
  dropAll,
  ingestion,
  newLabel,
  newWorkspace,
  onlyOtherTeams,
  otherTeam,
  startMirror,
  stopMirror,
  workspace,
  world,
} from '../../support/in-process/mirrored.ts';

const HOUR_MS = 3_600_000;

beforeAll(startMirror, 60_000);
afterAll(stopMirror);
beforeEach(async () => {
  await newWorkspace();
  await dropAll();
});

describe('a project', () => {
  const read = (index: number) => workspace.project(world.projects[index]?.id ?? '');

  test('that is archived here keeps its features and imports nothing until it is active again', async () => {
    const before = await create();
    await deliverAll();
    await workspace.drain();
    const project = await read(0);
    await workspace.archive(project?.id ?? '', 'archived');
    workspace.pass(HOUR_MS);
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
    await ingestion.switches({ trashedTargets: 'accepted' });
    const id = world.projects[0]?.id;
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
      const id = world.projects[0]?.id;
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
      workspace.pass(HOUR_MS);
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
      { input: { name: 'Short-lived', teamIds: [world.teamId] } },
    );
    await deliverAll();
    expect((await workspace.project(id))?.archivedThere).toBe(false);
    const ofOtherTeams = await act(
      'mutation($input: ProjectCreateInput!) { projectCreate(input: $input) { project { id } } }',
      { input: { name: 'Of another team', teamIds: [world.teamId, await otherTeam()] } },
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
        input: { name, teamIds: [world.teamId] },
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
      { id: world.projects[1]?.id, input: { name: 'Renamed' } },
    );
    await workspace.admin.edit(id, { projectId: world.projects[1]?.id });
    await deliverAll();
    const renamed = await workspace.project(world.projects[1]?.id ?? '');
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
    await act('mutation($id: String!) { issueLabelDelete(id: $id) { success } }', {
      id: world.labels.omakase,
    });
    const ofTeam = await newLabel('OMAkase', world.teamId);
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
    await ingestion.switches({ nameLimit: 2_000 });
    const odd = await create({ labelIds: [world.labels.omakase, await newLabel('x'.repeat(1_001))] });
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
