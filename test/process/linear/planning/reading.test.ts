import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  linkPrefix,
  type PlanningWorld,
  startPlanningLinear,
} from '../../../support/in-process/planning-linear.ts';

let plans: Awaited<ReturnType<typeof startPlanningLinear>>;
let world: PlanningWorld;
beforeAll(async () => {
  plans = await startPlanningLinear();
});
beforeEach(async () => {
  await plans.defaults();
  world = await plans.world();
});
afterAll(() => plans.stop());

const day = 86_400_000;
const read = (after?: string) =>
  world.api.planProject({ projectId: world.projectId, teamId: world.team.id, linkPrefix, after });
const readIssues = async (...ids: string[]) => (await world.api.planIssues(ids, { linkPrefix })).issues;
const sorted = <T extends { id: string }>(items: readonly T[]) =>
  items.toSorted((a, b) => (a.id < b.id ? -1 : 1));

describe('a project', () => {
  test('is read with everything that a plan is compared with, in one request', async () => {
    const { team, projectId } = world;
    const group = await world.label({ name: 'PI', isGroup: true });
    const child = await world.label({ name: '26.1', parentId: group });
    const own = await world.label({ name: 'ours', teamId: team.id });
    const theirs = await world.label({ name: 'elsewhere', teamId: world.other.id });
    const milestoneId = await world.milestone({
      name: 'Epic',
      projectId,
      description: 'All of it',
      targetDate: '2027-03-31',
    });
    const cycle = async (from: number, to: number) => {
      const [startsAt, endsAt] = [from, to].map((days) => new Date(Date.now() + days * day).toISOString());
      const { cycleCreate } = await world.graphql<{ cycleCreate: { cycle: { id: string } } }>(
        'mutation($input: CycleCreateInput!) { cycleCreate(input: $input) { cycle { id } } }',
        { input: { teamId: team.id, startsAt, endsAt } },
      );
      return { id: cycleCreate.cycle.id, startsAt, endsAt, name: null };
    };
    await cycle(-28, -14);
    const cycles = [await cycle(-14, 14), await cycle(14, 28)];
    const parentId = await world.issue({ projectId, title: 'Parent' });
    const blocker = await world.issue();
    const id = await world.issue({
      projectId,
      parentId,
      title: 'Story',
      description: 'As a reader',
      priority: 2,
      estimate: 5,
      projectMilestoneId: milestoneId,
      cycleId: cycles[0]?.id ?? '',
      labelIds: [child, own],
    });
    const relationId = await world.relate(blocker, id);
    await world.relate(parentId, id, 'related');
    const link = `${linkPrefix}item-1`;
    await world.attach(id, link);
    await world.attach(id, 'https://example.test/');

    let found = {} as Awaited<ReturnType<typeof read>>;
    const { operations, points } = await world.requestsOf(async () => {
      found = await read();
    });
    expect(operations).toEqual(['PlanProject']);
    expect(points).toBeLessThan(10_000);
    const { head, issues, unreadable, next } = found;
    const creatorId = expect.any(String);
    expect(head).toMatchObject({
      project: { id: projectId, name: 'Plan', teamIds: [team.id], gone: null },
      team: {
        id: team.id,
        key: 'ENG',
        name: 'Engineering',
        scale: { type: 'fibonacci', allowZero: false, extended: false },
        defaultStateId: team.defaultIssueState.id,
        canceledStateId: team.states.nodes.find(({ name }) => name === 'Canceled')?.id,
      },
    });
    expect(sorted(head?.team?.cycles ?? [])).toEqual(
      sorted(cycles.map((one, n) => ({ ...one, number: n + 2 }))),
    );
    const labels = head?.labels.items ?? [];
    expect(labels).toContainEqual({
      id: group,
      name: 'PI',
      isGroup: true,
      groupId: null,
      teamId: null,
      creatorId,
    });
    expect(labels).toContainEqual(expect.objectContaining({ id: child, groupId: group, isGroup: false }));
    expect(labels).toContainEqual(expect.objectContaining({ id: own, teamId: team.id }));
    expect(labels.map((one) => one.id)).not.toContain(theirs);
    expect(head?.milestones).toEqual({
      items: [
        { id: milestoneId, name: 'Epic', description: 'All of it', targetDate: '2027-03-31', projectId },
      ],
      next: undefined,
    });
    expect([unreadable, next]).toEqual([[], undefined]);
    expect(issues.map((one) => one.id).sort()).toEqual([parentId, id].sort());
    expect(issues.find((one) => one.id === id)).toEqual({
      id,
      identifier: expect.stringMatching(/^ENG-\d+$/),
      url: expect.stringContaining('/issue/'),
      title: 'Story',
      description: 'As a reader',
      priority: 2,
      estimate: 5,
      stateType: 'backlog',
      teamId: team.id,
      projectId,
      milestoneId,
      parentId,
      cycleId: cycles[0]?.id,
      labelIds: [child, own],
      blockers: [{ relationId, issueId: blocker }],
      links: [link],
      creatorId,
      gone: null,
      updatedAt: expect.stringMatching(/Z$/),
    });
  });

  test('is read page by page, with issues that were archived or are in the trash', async () => {
    const { projectId, team } = world;
    const made: string[] = [];
    await plans.switches({ batchCreateLimit: 1_000 });
    const { end, done } = await world.api.planMutate(
      [
        {
          kind: 'issuesCreate',
          inputs: Array.from({ length: 260 }, (_, n) => ({
            id: crypto.randomUUID(),
            teamId: team.id,
            projectId,
            title: `Story ${n}`,
          })),
        },
      ],
      { linkPrefix },
    );
    expect(end).toEqual({ is: 'done' });
    const [answer] = done;
    if (answer?.is === 'issues') made.push(...answer.issues.map((one) => one.id));
    const [archived = '', trashed = ''] = made;
    const act = (name: string, id: string) =>
      world.graphql(`mutation($id: String!) { ${name}(id: $id) { success } }`, { id });
    await act('issueArchive', archived);
    await act('issueDelete', trashed);
    const first = await read();
    expect(first.issues).toHaveLength(250);
    const second = await read(first.next);
    expect(second.head).toBeUndefined();
    expect(second.next).toBeUndefined();
    const all = [...first.issues, ...second.issues];
    expect(all.map(({ id }) => id).sort()).toEqual(made.sort());
    const gone = Object.fromEntries(all.flatMap(({ id, gone }) => (gone ? [[id, gone]] : [])));
    expect(gone).toEqual({ [archived]: 'archived', [trashed]: 'trashed' });
  });

  test('that the app cannot see, and its team, are undefined; one in the trash says so', async () => {
    const missing = await world.api.planProject({
      projectId: crypto.randomUUID(),
      teamId: world.team.id,
      linkPrefix,
    });
    expect(missing.head).toMatchObject({ project: undefined, team: { id: world.team.id } });
    expect(missing.issues).toEqual([]);
    await world.hideOther();
    const hidden = await world.api.planProject({
      projectId: world.projectId,
      teamId: world.other.id,
      linkPrefix,
    });
    expect(hidden.head).toMatchObject({ project: { gone: null }, team: undefined });
    await world.graphql('mutation($id: String!) { projectDelete(id: $id) { success } }', {
      id: world.projectId,
    });
    expect((await read()).head?.project?.gone).toBe('trashed');
  });

  test('has the scale and the default state that its team has now', async () => {
    await world.graphql(
      'mutation($id: String!, $input: TeamUpdateInput!) { teamUpdate(id: $id, input: $input) { success } }',
      {
        id: world.team.id,
        input: {
          issueEstimationType: 'tShirt',
          issueEstimationAllowZero: true,
          issueEstimationExtended: true,
        },
      },
    );
    expect((await read()).head?.team?.scale).toEqual({ type: 'tShirt', allowZero: true, extended: true });
  });

  test('with more than 250 labels or milestones has pages of them', async () => {
    const { projectId, team } = world;
    const many = (kind: 'labelCreate' | 'milestoneCreate', input: object) =>
      Array.from({ length: 255 }, (_, n) => ({
        kind,
        input: { id: crypto.randomUUID(), name: `Name ${n}`, ...input },
      }));
    for (const mutations of [many('labelCreate', {}), many('milestoneCreate', { projectId })])
      expect((await world.api.planMutate(mutations, { linkPrefix })).end).toEqual({ is: 'done' });
    const { head } = await read();
    const { labels, milestones } = head ?? expect.fail('no head');
    expect([labels.items.length, milestones.items.length]).toEqual([250, 250]);
    const [moreLabels, moreMilestones] = [
      await world.api.planLabels({ teamId: team.id, after: labels.next ?? '' }),
      await world.api.planMilestones({ projectId, after: milestones.next ?? '' }),
    ];
    const names = [...labels.items, ...moreLabels.items].map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('Name ')).length).toBe(255);
    expect(new Set(names).size).toBe(names.length);
    expect(moreMilestones.items).toHaveLength(5);
    expect([moreLabels.next, moreMilestones.next]).toEqual([undefined, undefined]);
  });
});

describe('issues by id', () => {
  test('are read wherever they are, and absent if Linear does not show them', async () => {
    const trashed = await world.issue();
    const elsewhere = await world.issue({ teamId: world.other.id });
    await world.graphql('mutation($id: String!) { issueDelete(id: $id) { success } }', { id: trashed });
    const found = await readIssues(trashed, elsewhere, crypto.randomUUID());
    expect(sorted(found).map(({ id, gone, projectId }) => [id, gone, projectId])).toEqual(
      sorted([
        { id: trashed, gone: 'trashed' },
        { id: elsewhere, gone: null },
      ]).map(({ id, gone }) => [id, gone, null]),
    );
    expect(await readIssues()).toEqual([]);
  });

  test('are whole with 30 blockers or two links, which are read again', async () => {
    const blocked = await world.issue();
    const [five, two] = [await world.issue(), await world.issue()];
    const blockers: { relationId: string; issueId: string }[] = [];
    for (let n = 0; n < 30; n++) {
      const issueId = await world.issue();
      blockers.push({ relationId: await world.relate(issueId, blocked), issueId });
      if (n < 5) await world.relate(issueId, five, n % 2 ? 'blocks' : 'similar');
    }
    const links = [`${linkPrefix}item-1`, `${linkPrefix}item-2`];
    for (const url of links) await world.attach(two, url);
    let found = await readIssues();
    const { operations } = await world.requestsOf(async () => {
      found = await readIssues(blocked, five, two);
    });
    const byId = new Map(found.map((one) => [one.id, one]));
    const order = (items: readonly { relationId: string; issueId: string }[] = []) =>
      items.toSorted((a, b) => (a.issueId < b.issueId ? -1 : 1));
    expect(order(byId.get(blocked)?.blockers)).toEqual(order(blockers));
    expect(
      byId
        .get(five)
        ?.blockers.map(({ issueId }) => issueId)
        .sort(),
    ).toEqual([1, 3].map((n) => blockers[n]?.issueId).sort());
    expect(byId.get(two)?.links.toSorted()).toEqual(links);
    // The issues; the ids of their relations, of which one has more than a page; the relations, 25 at once; the links.
    expect(operations.toSorted()).toEqual(
      [
        'AllRelationIds',
        'PlanIssues',
        'PlanLinks',
        'RelationIds',
        'RelationsById',
        'RelationsById',
      ].toSorted(),
    );
  });

  test.each(['omitted', 'refused'])(
    'are read although a blocker is out of sight, which Linear %s',
    async (hiddenRelations) => {
      await plans.switches({ hiddenRelations });
      const [blocked, free, seen] = [await world.issue(), await world.issue(), await world.issue()];
      const hidden = await world.issue({ teamId: world.other.id });
      await world.relate(hidden, blocked);
      const relationId = await world.relate(seen, blocked);
      await world.hideOther();
      const found = await readIssues(blocked, free);
      expect(Object.fromEntries(found.map(({ id, blockers }) => [id, blockers]))).toEqual({
        [blocked]: [{ relationId, issueId: seen }],
        [free]: [],
      });
    },
  );

  test('of an unknown form are reported, and do not affect the others', async () => {
    await plans.switches({ titleLimit: 10_000, descriptionLimit: 10_000_000 });
    const [odd, plain] = [await world.issue({ description: 'x'.repeat(1_000_001) }), await world.issue()];
    const { issues, unreadable } = await world.api.planIssues([odd, plain], { linkPrefix });
    expect(issues.map(({ id }) => id)).toEqual([plain]);
    expect(unreadable).toEqual([{ id: odd, why: expect.stringContaining('description') }]);
    expect(world.unreadable).toEqual(unreadable);
  });
});

test('what stands under an id tells who made it', async () => {
  const { projectId } = world;
  const ids = { label: crypto.randomUUID(), milestone: crypto.randomUUID(), attachment: crypto.randomUUID() };
  const issueId = await world.issue();
  const url = `${linkPrefix}item-1`;
  const theirs = await world.label({ name: 'theirs' });
  await world.api.planMutate(
    [
      { kind: 'labelCreate', input: { id: ids.label, name: 'ours' } },
      { kind: 'milestoneCreate', input: { id: ids.milestone, name: 'Epic', projectId } },
      { kind: 'attachmentCreate', input: { id: ids.attachment, issueId, url, title: 'Plan' } },
    ],
    { linkPrefix },
  );
  const { head } = await read();
  const found = await world.api.planEntities({
    labelIds: [ids.label, theirs, crypto.randomUUID()],
    milestoneIds: [ids.milestone],
    attachmentIds: [ids.attachment],
  });
  expect(found.milestones).toEqual([
    { id: ids.milestone, name: 'Epic', description: '', targetDate: null, projectId },
  ]);
  expect(found.attachments).toEqual([
    { id: ids.attachment, issueId, url, title: 'Plan', creatorId: head?.appUserId },
  ]);
  const creators = Object.fromEntries(found.labels.map(({ id, creatorId }) => [id, creatorId]));
  expect(Object.keys(creators).sort()).toEqual([ids.label, theirs].sort());
  expect(creators[ids.label]).toBe(head?.appUserId);
  expect(creators[theirs]).not.toBe(head?.appUserId);
  expect(await world.api.planEntities({})).toEqual({ labels: [], milestones: [], attachments: [] });
});

test.each([
  ['an outage', { kind: '5xx', status: 503 }, 'unavailable'],
  ['a rate limit', { kind: 'rate-limit' }, 'rate_limited'],
  ['a token that has expired', { kind: 'expired-token' }, 'unauthorized'],
])('%s is thrown', async (_, fault, is) => {
  await world.fault({ ...fault, operation: 'PlanProject' });
  await expect(read()).rejects.toMatchObject({ failure: { is } });
  await world.fault({ ...fault, operation: 'PlanIssues' });
  await expect(readIssues()).rejects.toMatchObject({ failure: { is } });
});
