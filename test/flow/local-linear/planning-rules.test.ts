import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  h,
  linear,
  resetLinear,
  startClient,
  stopClient,
  teamId,
} from '../../support/local-linear/official-client.ts';

/** What Linear refuses of a plan: estimates, labels, milestones, parents, relations and ids. */

beforeAll(startClient);
beforeEach(resetLinear);
afterAll(stopClient);

const id = () => crypto.randomUUID();
const label = async (input: { name: string } & Record<string, unknown>) =>
  (await (await linear.createIssueLabel(input)).issueLabel)?.id ?? '';
const milestone = async (input: { name: string; projectId: string } & Record<string, unknown>) =>
  (await (await linear.createProjectMilestone(input)).projectMilestone)?.id ?? '';
const constraintOf = async (act: () => Promise<unknown>): Promise<string> => {
  const failure = (await act().catch((error: unknown) => error)) as { raw?: unknown };
  return JSON.stringify(failure.raw ?? String(failure));
};

describe('estimates', () => {
  const scales: [string, number[], number[]][] = [
    ['exponential', [1, 2, 4, 8, 16], [32, 64]],
    ['fibonacci', [1, 2, 3, 5, 8], [13, 21]],
    ['linear', [1, 2, 3, 4, 5], [6, 7]],
    ['tShirt', [1, 2, 3, 5, 8], [13, 21]],
  ];
  const accepted = async () => {
    const issue = await h.newIssue();
    const fits: number[] = [];
    for (let estimate = -1; estimate <= 65; estimate++)
      await issue.update({ estimate }).then(
        () => fits.push(estimate),
        () => undefined,
      );
    return fits;
  };
  test.each(scales)('on the scale %s are accepted, and no others', async (type, regular, extended) => {
    await linear.updateTeam(teamId, { issueEstimationType: type });
    expect(await accepted()).toEqual(regular);
    await linear.updateTeam(teamId, { issueEstimationExtended: true, issueEstimationAllowZero: true });
    expect(await accepted()).toEqual([0, ...regular, ...extended]);
  });
  test('of a team that uses none are refused, and an issue keeps the one it had', async () => {
    const issue = await h.newIssue({ estimate: 3 });
    await linear.updateTeam(teamId, { issueEstimationType: 'notUsed', issueEstimationAllowZero: true });
    expect(await accepted()).toEqual([]);
    await expect(h.newIssue({ estimate: 1 })).rejects.toThrow('Argument Validation Error');
    await issue.update({ title: 'Renamed' });
    expect((await linear.issue(issue.id)).estimate).toBe(3);
    await issue.update({ estimate: null });
    expect((await linear.issue(issue.id)).estimate ?? null).toBeNull();
  });
  test('off the scale are kept if the switch says so, but never fractions and negative numbers', async () => {
    await h.switchTo({ estimateOffScale: 'kept' });
    expect(await h.newIssue({ estimate: 4 })).toMatchObject({ estimate: 4 });
    await expect(h.newIssue({ estimate: -1 })).rejects.toThrow('Argument Validation Error');
    await expect(h.newIssue({ estimate: 1.5 })).rejects.toThrow('Int cannot represent');
  });
  test('are what a team says, which only knows its own scales', async () => {
    const team = await (
      await linear.createTeam({ name: 'Design', issueEstimationType: 'tShirt', cyclesEnabled: true })
    ).team;
    expect(team).toMatchObject({
      issueEstimationType: 'tShirt',
      issueEstimationAllowZero: false,
      issueEstimationExtended: false,
      cyclesEnabled: true,
    });
    await expect(linear.updateTeam(teamId, { issueEstimationType: 'hours' })).rejects.toThrow(
      'Argument Validation Error',
    );
  });
});

test('a team without cycles gets none, and no issue of it gets one', async () => {
  const startsAt = new Date();
  const endsAt = new Date(Date.now() + 1_000_000);
  const cycle = await (await linear.createCycle({ teamId, startsAt, endsAt })).cycle;
  await linear.updateTeam(teamId, { cyclesEnabled: false });
  await expect(linear.createCycle({ teamId, startsAt, endsAt })).rejects.toThrow('not enabled');
  await expect(h.newIssue({ cycleId: cycle?.id })).rejects.toThrow('not enabled');
});

test('texts that are too long are refused, with the limits that the switches say', async () => {
  await h.switchTo({ titleLimit: 10, nameLimit: 9, descriptionLimit: 20 });
  const projectId = await h.projectId('Checkout revamp');
  const issue = await h.newIssue({ title: 'x'.repeat(10), description: 'x'.repeat(20) });
  const refusals = {
    title: () => issue.update({ title: 'x'.repeat(11) }),
    'new title': () => h.newIssue({ title: 'x'.repeat(11) }),
    description: () => issue.update({ description: 'x'.repeat(21) }),
    'new description': () => h.newIssue({ description: 'x'.repeat(21) }),
    label: () => label({ name: 'x'.repeat(10) }),
    'renamed label': async () => linear.updateIssueLabel(await h.labelId('web'), { name: 'x'.repeat(10) }),
    milestone: () => milestone({ name: 'x'.repeat(10), projectId }),
    'milestone description': () => milestone({ name: 'M', projectId, description: 'x'.repeat(21) }),
  };
  for (const [what, act] of Object.entries(refusals))
    expect([what, await constraintOf(act)]).toEqual([
      what,
      expect.stringMatching(/must be shorter than or equal to/),
    ]);
  await milestone({ name: 'x'.repeat(9), projectId, description: 'x'.repeat(20) });
  await label({ name: 'x'.repeat(9) });
});

describe('label groups', () => {
  test('do not nest, and a group that has labels stays one', async () => {
    const group = await label({ name: 'Capability', isGroup: true });
    const child = await label({ name: 'Payments', parentId: group });
    await expect(label({ name: 'Nested', isGroup: true, parentId: group })).rejects.toThrow('another group');
    await expect(label({ name: 'Deep', parentId: child })).rejects.toThrow('not a group');
    await expect(linear.updateIssueLabel(child, { isGroup: true })).rejects.toThrow('another group');
    await expect(linear.updateIssueLabel(group, { isGroup: false })).rejects.toThrow('stay a group');
    const other = await label({ name: 'PI', isGroup: true });
    await expect(linear.updateIssueLabel(other, { parentId: group })).rejects.toThrow('another group');
    await linear.updateIssueLabel(child, { parentId: null });
    await linear.updateIssueLabel(group, { isGroup: false });
  });
  test('hold labels of their own team, or also team labels in a group of the workspace', async () => {
    const group = await label({ name: 'Capability', isGroup: true });
    const own = await label({ name: 'Own', isGroup: true, teamId });
    await expect(label({ name: 'A', parentId: group, teamId })).rejects.toThrow('same team');
    await expect(label({ name: 'B', parentId: own })).rejects.toThrow('same team');
    await label({ name: 'C', parentId: own, teamId });
    await h.switchTo({ groupTeam: 'or-workspace' });
    await label({ name: 'A', parentId: group, teamId });
    await expect(label({ name: 'B', parentId: own })).rejects.toThrow('same team');
  });
  test('can be full', async () => {
    await h.switchTo({ labelsInGroup: 2 });
    const group = await label({ name: 'PI', isGroup: true });
    const [first] = [
      await label({ name: '26.1', parentId: group }),
      await label({ name: '26.2', parentId: group }),
    ];
    await expect(label({ name: '26.3', parentId: group })).rejects.toThrow('more than 2');
    const free = await label({ name: '26.3' });
    await expect(linear.updateIssueLabel(free, { parentId: group })).rejects.toThrow('more than 2');
    await linear.updateIssueLabel(first, { name: '26.0' });
  });
  test('give an issue one label each, which one update can exchange', async () => {
    const [bug, feature] = [await h.labelId('Bug'), await h.labelId('Feature')];
    const issue = await h.newIssue({ labelIds: [bug] });
    await expect(issue.update({ addedLabelIds: [feature] })).rejects.toThrow('exclusive');
    await issue.update({ addedLabelIds: [feature], removedLabelIds: [bug] });
    expect((await linear.issue(issue.id)).labelIds).toEqual([feature]);
  });
  test('that have labels cannot be deleted, or leave them without a group', async () => {
    const group = await label({ name: 'PI', isGroup: true });
    const child = await label({ name: '26.1', parentId: group });
    await expect(linear.deleteIssueLabel(group)).rejects.toThrow('has labels');
    await h.switchTo({ groupDeletion: 'ungroups' });
    await linear.deleteIssueLabel(group);
    expect((await linear.issueLabel(child)).parentId).toBeUndefined();
  });
  test('have names that no other label has, in a group or outside', async () => {
    const group = await label({ name: 'PI', isGroup: true });
    await label({ name: '26.1', parentId: group });
    await expect(label({ name: '26.1' })).rejects.toThrow('Duplicate label name');
    await expect(label({ name: 'pi', teamId })).rejects.toThrow('Duplicate label name');
  });
});

describe('milestones', () => {
  test('have a name of their own in their project, unless the switch allows more', async () => {
    const projectId = await h.projectId('Checkout revamp');
    const beta = await milestone({ name: 'Beta', projectId });
    const gamma = await milestone({ name: 'Gamma', projectId });
    await expect(milestone({ name: 'beta', projectId })).rejects.toThrow('Duplicate milestone name');
    await expect(linear.updateProjectMilestone(gamma, { name: 'Beta' })).rejects.toThrow('Duplicate');
    await expect(milestone({ name: ' ', projectId })).rejects.toThrow('Argument Validation Error');
    await linear.updateProjectMilestone(beta, { name: 'BETA' });
    await milestone({ name: 'Beta', projectId: await h.projectId('Reliability') });
    await h.switchTo({ milestoneNames: 'any' });
    await milestone({ name: 'Beta', projectId });
  });
  test('are due on a day that exists', async () => {
    const projectId = await h.projectId('Checkout revamp');
    for (const targetDate of ['2026-02-30', '2026-13-01', '2026-1-1', '2026-01-01T00:00:00Z', 'soon'])
      await expect(milestone({ name: 'Beta', projectId, targetDate })).rejects.toThrow('TimelessDate');
    const beta = await milestone({ name: 'Beta', projectId, targetDate: '2028-02-29' });
    expect((await linear.projectMilestone(beta)).targetDate).toBe('2028-02-29');
  });
  test('have Markdown that Linear rewrites, and leave their issues when they are deleted', async () => {
    const projectId = await h.projectId('Checkout revamp');
    const beta = await milestone({ name: 'Beta', projectId, description: '* one\n* two' });
    expect((await linear.projectMilestone(beta)).description).toBe('- one\n- two');
    const issue = await h.newIssue({ projectId, projectMilestoneId: beta });
    await linear.deleteProjectMilestone(beta);
    expect((await linear.issue(issue.id)).projectMilestoneId).toBeUndefined();
  });
});

describe('sub-issues', () => {
  test('are nested ten levels deep at most, and never below themselves', async () => {
    const chain = [await h.newIssue()];
    for (let level = 2; level <= 10; level++) chain.push(await h.newIssue({ parentId: chain.at(-1)?.id }));
    await expect(h.newIssue({ parentId: chain[9]?.id })).rejects.toThrow('10 levels');
    await expect(chain[0]?.update({ parentId: chain[9]?.id ?? '' })).rejects.toThrow('own ancestor');
    await expect(chain[0]?.update({ parentId: chain[0]?.id ?? '' })).rejects.toThrow('own ancestor');
    const [above, below] = [await h.newIssue(), await h.newIssue()];
    await expect(chain[0]?.update({ parentId: above.id })).rejects.toThrow('10 levels');
    await below.update({ parentId: chain[8]?.id ?? '' });
  });
});

test('parents, relations and projects in the trash are refused, unless the switch accepts them', async () => {
  const [gone, issue] = [await h.newIssue(), await h.newIssue()];
  await gone.delete();
  const [projectId, archived] = [await h.projectId('Reliability'), await h.projectId('Checkout revamp')];
  await linear.deleteProject(projectId);
  await linear.archiveProject(archived);
  const relation = { issueId: issue.id, relatedIssueId: gone.id, type: 'blocks' as never };
  const writes = [
    () => issue.update({ parentId: gone.id }),
    () => h.newIssue({ parentId: gone.id }),
    () => linear.createIssueRelation(relation),
    () => h.newIssue({ projectId }),
    () => issue.update({ projectId }),
    () => milestone({ name: 'Beta', projectId }),
  ];
  for (const write of writes) await expect(write()).rejects.toThrow('in the trash');
  await expect(issue.update({ projectId: archived })).rejects.toThrow('archived');
  await h.switchTo({ trashedTargets: 'accepted' });
  for (const write of writes) await write();
});

test('issues can block each other in a circle, unless the switch forbids it', async () => {
  const [a, b, c] = [await h.newIssue(), await h.newIssue(), await h.newIssue()];
  const relate = (from: { id: string }, to: { id: string }, type = 'blocks') =>
    linear.createIssueRelation({ issueId: from.id, relatedIssueId: to.id, type: type as never });
  await relate(a, b);
  await relate(b, c);
  await expect(relate(a, a)).rejects.toThrow('to itself');
  await h.switchTo({ blockingCircles: 'refused' });
  await expect(relate(b, a)).rejects.toThrow('circle');
  await expect(relate(c, a)).rejects.toThrow('circle');
  await relate(c, a, 'related');
  await relate(a, c);
  await h.switchTo({ blockingCircles: 'kept' });
  await relate(c, a);
});

describe('a taken id', () => {
  const make = async () => {
    const projectId = await h.projectId('Checkout revamp');
    const [issue, other] = [await h.newIssue(), await h.newIssue()];
    const ends = { issueId: issue.id, relatedIssueId: other.id };
    let n = 0;
    return {
      IssueLabel: {
        create: (id: string) => linear.createIssueLabel({ id, name: `Label ${n++}` }),
        remove: (id: string) => linear.deleteIssueLabel(id),
      },
      ProjectMilestone: {
        create: (id: string) => linear.createProjectMilestone({ id, name: `Milestone ${n++}`, projectId }),
        remove: (id: string) => linear.deleteProjectMilestone(id),
      },
      IssueRelation: {
        create: (id: string) =>
          linear.createIssueRelation({
            id,
            ...ends,
            type: (['blocks', 'related', 'duplicate', 'similar'] as never[])[n++ % 4] as never,
          }),
        remove: (id: string) => linear.deleteIssueRelation(id),
      },
      Attachment: {
        create: (id: string) =>
          linear.createAttachment({ id, issueId: issue.id, title: 'Plan', url: `https://a.test/${n++}` }),
        remove: (id: string) => linear.deleteAttachment(id),
      },
    };
  };
  test.each(['IssueLabel', 'ProjectMilestone', 'IssueRelation', 'Attachment'] as const)(
    'of %s is refused, also after it was deleted, unless the switch frees it',
    async (type) => {
      const { create, remove } = (await make())[type];
      const taken = id();
      await create(taken);
      await expect(create(taken)).rejects.toThrow(`Conflict on insert of ${type}`);
      await remove(taken);
      expect(await constraintOf(() => create(taken))).toContain(`Entity ${type} with id ${taken}`);
      await h.switchTo({ deletedIds: 'free' });
      await create(taken);
    },
  );
  test('in a batch creates none of its issues', async () => {
    const taken = id();
    await h.newIssue({ id: taken });
    const issues = [id(), taken, id()].map((one) => ({ id: one, teamId, title: `New ${one}` }));
    const query = 'mutation($input: IssueBatchCreateInput!) { issueBatchCreate(input: $input) { success } }';
    const refused = await h.graphql(query, { input: { issues } });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      data: null,
      errors: [
        {
          message: 'conflict on insert of Issue',
          extensions: { userPresentableMessage: `Entity Issue with id ${taken} already exists.` },
        },
      ],
    });
    expect((await linear.issues({ filter: { title: { startsWith: 'New ' } } })).nodes).toEqual([]);
    const twice = [0, 1].map(() => ({ id: issues[0]?.id, teamId, title: 'Twice' }));
    expect((await h.graphql(query, { input: { issues: twice } })).status).toBe(400);
  });
  test('of an attachment does not matter if the issue has its URL already', async () => {
    const issue = await h.newIssue();
    const input = { issueId: issue.id, title: 'Plan', url: 'https://a.test/' };
    const first = await linear.createAttachment({ ...input, id: id() });
    const again = await linear.createAttachment({ ...input, id: id(), title: 'Renamed' });
    expect(again.attachmentId).toBe(first.attachmentId);
    expect((await issue.attachments()).nodes.map(({ title }) => title)).toEqual(['Renamed']);
  });
});

test('an application cannot write to a team that it has no access to', async () => {
  const projectId = await h.projectId('Reliability');
  const hidden = await linear.team('OPS');
  const app = h.clientOf((await h.connect()).access_token);
  await h.local('access', { canAccessAllPublicTeams: false, teamIds: [hidden.id] });
  const cannot = [
    () => app.createIssue({ teamId, title: 'New' }),
    () => app.createIssueLabel({ name: 'mine', teamId }),
    async () => app.createProjectMilestone({ name: 'Beta', projectId: await h.projectId('Checkout revamp') }),
  ];
  for (const write of cannot) await expect(write()).rejects.toThrow('Entity not found');
  expect((await app.createProjectMilestone({ name: 'Beta', projectId })).success).toBe(true);
});
