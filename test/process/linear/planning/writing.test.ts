import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { planMutateApi } from '../../../../shared/linear/api/planning/mutate.ts';
import type { PlanMutation } from '../../../../shared/linear/api/planning/mutations.ts';
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

const newId = (): string => crypto.randomUUID();
const write = (...mutations: PlanMutation[]) => world.api.planMutate(mutations, { linkPrefix });
const readIssues = async (...ids: string[]) => (await world.api.planIssues(ids, { linkPrefix })).issues;
const story = (values: object = {}) => ({
  id: newId(),
  teamId: world.team.id,
  projectId: world.projectId,
  title: 'Story',
  ...values,
});
/** What is made of an answer that the local Linear would not give. */
const answered = (
  answer: Awaited<ReturnType<PlanningWorld['client']['attempt']>>,
  ...mutations: PlanMutation[]
) =>
  planMutateApi({ ...world.client, attempt: async () => answer }, 'token').planMutate(mutations, {
    linkPrefix,
  });
const label = (name: string, id = newId()): PlanMutation => ({ kind: 'labelCreate', input: { id, name } });

describe('a request', () => {
  test('of 25 issues and their 25 links makes all of them, and answers what Linear then holds', async () => {
    const inputs = Array.from({ length: 25 }, (_, n) => story({ title: `Story ${n}`, estimate: 3 }));
    const links = inputs.map(({ id }, n) => ({
      kind: 'attachmentCreate' as const,
      input: { id: newId(), issueId: id, url: `${linkPrefix}item-${n}`, title: 'Plan' },
    }));
    let written = {} as Awaited<ReturnType<typeof write>>;
    const { operations, points } = await world.requestsOf(async () => {
      written = await write({ kind: 'issuesCreate', inputs }, ...links);
    });
    expect(operations).toEqual(['PlanWrite']);
    expect(points).toBeLessThan(1_000);
    const { done, end } = written;
    expect(end).toEqual({ is: 'done' });
    expect(done).toHaveLength(26);
    const held = await readIssues(...inputs.map(({ id }) => id));
    const answered = done[0]?.is === 'issues' ? done[0].issues : [];
    // The links came after the answer, which is the only difference.
    const byId = new Map(held.map((issue) => [issue.id, issue]));
    expect(answered).toEqual(inputs.map(({ id }) => ({ ...byId.get(id), links: [] })));
    expect(held.flatMap((issue) => issue.links).sort()).toEqual(links.map(({ input }) => input.url).sort());
    expect(done.slice(1).map((one) => one?.is === 'attachment' && one.attachment.issueId)).toEqual(
      inputs.map(({ id }) => id),
    );
  });

  test('of every kind answers what each entity is after it', async () => {
    const { projectId } = world;
    const ids = {
      group: newId(),
      label: newId(),
      milestone: newId(),
      relation: newId(),
      attachment: newId(),
    };
    const [feature, other] = [story(), story()];
    const url = `${linkPrefix}item-1`;
    const made = await write(
      { kind: 'labelCreate', input: { id: ids.group, name: 'PI', isGroup: true } },
      { kind: 'labelCreate', input: { id: ids.label, name: '26.1', parentId: ids.group } },
      { kind: 'milestoneCreate', input: { id: ids.milestone, name: 'Epic', projectId } },
      { kind: 'issuesCreate', inputs: [feature] },
      { kind: 'issuesCreate', inputs: [{ ...other, parentId: feature.id }] },
      {
        kind: 'relationCreate',
        input: { id: ids.relation, issueId: feature.id, relatedIssueId: other.id, type: 'blocks' },
      },
      {
        kind: 'attachmentCreate',
        input: { id: ids.attachment, issueId: other.id, url, title: 'Plan' },
      },
      {
        kind: 'milestoneUpdate',
        id: ids.milestone,
        input: { name: 'Renamed', description: '* one', targetDate: '2027-01-31' },
      },
      {
        kind: 'issueUpdate',
        id: other.id,
        input: {
          title: 'Renamed',
          description: '* one',
          addedLabelIds: [ids.label],
          projectMilestoneId: ids.milestone,
        },
      },
    );
    expect(made.end).toEqual({ is: 'done' });
    const [group, child, created, , sub, relation, attachment, milestone, updated] = made.done;
    const creatorId = expect.any(String);
    expect(group).toMatchObject({
      is: 'label',
      label: { id: ids.group, isGroup: true, groupId: null, teamId: null, creatorId },
    });
    expect(child).toMatchObject({ is: 'label', label: { id: ids.label, groupId: ids.group } });
    expect(created).toEqual({
      is: 'milestone',
      milestone: { id: ids.milestone, name: 'Epic', description: '', targetDate: null, projectId },
    });
    expect(sub).toMatchObject({ is: 'issues', issues: [{ id: other.id, parentId: feature.id, creatorId }] });
    expect(relation).toEqual({
      is: 'relation',
      relation: { id: ids.relation, type: 'blocks', issueId: feature.id, relatedIssueId: other.id },
    });
    expect(attachment).toMatchObject({
      is: 'attachment',
      attachment: { id: ids.attachment, issueId: other.id, url, title: 'Plan' },
    });
    expect(milestone).toMatchObject({
      milestone: { name: 'Renamed', description: '- one', targetDate: '2027-01-31' },
    });
    expect(updated).toEqual({ is: 'issues', issues: await readIssues(other.id) });
    expect(updated).toMatchObject({
      issues: [
        {
          title: 'Renamed',
          description: '- one',
          labelIds: [ids.label],
          milestoneId: ids.milestone,
          links: [url],
          blockers: [{ relationId: ids.relation, issueId: feature.id }],
        },
      ],
    });

    const unmade = await write(
      { kind: 'attachmentDelete', id: ids.attachment },
      { kind: 'relationDelete', id: ids.relation },
      { kind: 'issueTrash', id: other.id },
      { kind: 'milestoneDelete', id: ids.milestone },
      { kind: 'labelDelete', id: ids.label },
      { kind: 'labelDelete', id: ids.group },
    );
    expect(unmade.end).toEqual({ is: 'done' });
    expect(unmade.done[2]).toMatchObject({
      is: 'issues',
      issues: [{ id: other.id, gone: 'trashed', links: [], blockers: [] }],
    });
    expect(unmade.done.filter((one) => one?.is === 'deleted')).toHaveLength(5);
    expect(await readIssues(other.id)).toMatchObject([{ gone: 'trashed', labelIds: [], milestoneId: null }]);
  });

  test('of nothing asks nothing', async () => {
    expect(await world.requestsOf(() => write())).toMatchObject({ operations: [] });
  });

  test('exchanges two labels of one group in one update', async () => {
    const group = await world.label({ name: 'PI', isGroup: true });
    const [before, after] = [
      await world.label({ name: '26.1', parentId: group }),
      await world.label({ name: '26.2', parentId: group }),
    ];
    const id = await world.issue({ labelIds: [before] });
    const add: PlanMutation = { kind: 'issueUpdate', id, input: { addedLabelIds: [after] } };
    expect((await write(add)).end).toEqual({
      is: 'refused',
      at: 0,
      why: 'labelIds not exclusive child labels',
      notFound: false,
    });
    const exchanged = await write({
      ...add,
      input: { addedLabelIds: [after], removedLabelIds: [before] },
    });
    expect(exchanged.done).toMatchObject([{ issues: [{ labelIds: [after] }] }]);
  });
});

describe('a refusal', () => {
  test('ends a request at its mutation: those before it are done without an answer, those after it not', async () => {
    const [first, second, last] = [newId(), newId(), newId()];
    const { done, end } = await write(
      label('first', first),
      { kind: 'labelCreate', input: { id: second, name: 'x'.repeat(81) } },
      label('last', last),
    );
    expect(end).toEqual({ is: 'refused', at: 1, why: 'Argument Validation Error', notFound: false });
    expect(done).toEqual([undefined]);
    const { labels } = await world.api.planEntities({ labelIds: [first, second, last] });
    expect(labels.map(({ id }) => id)).toEqual([first]);
  });

  test('of one issue makes none of its batch, and all that came before', async () => {
    const inputs = [story(), story({ estimate: 4 }), story()];
    const { done, end } = await write(label('before'), { kind: 'issuesCreate', inputs }, label('after'));
    expect(done).toEqual([undefined]);
    expect(end).toMatchObject({ is: 'refused', at: 1 });
    expect(await readIssues(...inputs.map(({ id }) => id))).toEqual([]);
  });

  test('of a whole request makes nothing, and names no mutation', async () => {
    const id = newId();
    const wrong: PlanMutation = { kind: 'labelCreate', input: { id: newId(), name: 'y', colour: 'red' } };
    const { done, end } = await write(label('x', id), wrong);
    expect(end).toEqual({ is: 'refused-whole', why: expect.stringContaining('colour') });
    expect(done).toEqual([]);
    expect((await world.api.planEntities({ labelIds: [id] })).labels).toEqual([]);
    // Alone it can only be that one.
    expect((await write(wrong)).end).toMatchObject({ is: 'refused', at: 0 });
  });

  test('says that what it names is not there, such as what was deleted before', async () => {
    const gone = newId();
    const deletions = ['labelDelete', 'milestoneDelete', 'relationDelete', 'attachmentDelete'] as const;
    for (const kind of deletions)
      expect((await write({ kind, id: gone })).end).toMatchObject({ is: 'refused', at: 0, notFound: true });
    expect((await write({ kind: 'issueTrash', id: gone })).end).toMatchObject({ notFound: true });
    expect((await write({ kind: 'issueUpdate', id: gone, input: { title: 'x' } })).end).toMatchObject({
      why: 'Entity not found: Issue',
      notFound: true,
    });
  });

  test('of a team that the app has no access to is one of something that is not there', async () => {
    await world.hideOther();
    const inputs = [story({ teamId: world.other.id, projectId: null })];
    expect((await write({ kind: 'issuesCreate', inputs })).end).toMatchObject({
      is: 'refused',
      notFound: true,
    });
  });

  test('keeps the answers of the mutations before it where Linear gives them', async () => {
    const id = newId();
    const data = {
      m0: {
        success: true,
        answer: { id, name: 'x', isGroup: false, parent: null, team: null, creator: null },
      },
      m1: null,
    };
    const refusal = { message: 'No', path: ['m1'], forPeople: '' };
    const { done, end } = await answered({ data, refusal }, label('x', id), label('y'));
    expect(done).toMatchObject([{ is: 'label', label: { id } }]);
    expect(end).toMatchObject({ is: 'refused', at: 1, why: 'No' });
  });
});

describe('what stands already', () => {
  const endOf = async (mutation: PlanMutation) => {
    const { done, end } = await write(label('before'), mutation, label('after'));
    expect(done).toHaveLength(1);
    return end;
  };
  test('is said of an issue in a batch, with its id', async () => {
    const id = await world.issue();
    const inputs = [story(), story({ id }), story()];
    expect(await endOf({ kind: 'issuesCreate', inputs })).toEqual({
      is: 'taken',
      at: 1,
      entity: 'issue',
      id,
      why: 'conflict on insert of Issue',
    });
    expect(await readIssues(...inputs.map((one) => one.id))).toMatchObject([{ id, title: 'Theirs' }]);
  });

  test('is said of a label, by id and by name', async () => {
    const id = await world.label({ name: 'theirs' });
    expect(await endOf(label('other', id))).toMatchObject({ is: 'taken', entity: 'label', id });
    expect(await write(label('THEIRS'))).toMatchObject({
      end: { is: 'taken', entity: 'label', id: undefined, why: 'Duplicate label name' },
    });
  });

  test('is said of a milestone, a relation and an attachment', async () => {
    const { projectId } = world;
    const [a, b, c] = [await world.issue(), await world.issue(), await world.issue()];
    const ids = {
      milestone: await world.milestone({ name: 'Theirs', projectId }),
      relation: await world.relate(a, b),
      attachment: await world.attach(a, `${linkPrefix}a`),
    };
    const id = newId();
    const attempts: [PlanMutation, object][] = [
      [
        { kind: 'milestoneCreate', input: { id: ids.milestone, name: 'Ours', projectId } },
        { entity: 'milestone', id: ids.milestone },
      ],
      [
        { kind: 'milestoneCreate', input: { id, name: 'Theirs', projectId } },
        { entity: 'milestone', id: undefined },
      ],
      [
        {
          kind: 'relationCreate',
          input: { id: ids.relation, issueId: a, relatedIssueId: c, type: 'blocks' },
        },
        { entity: 'relation', id: ids.relation },
      ],
      [
        { kind: 'relationCreate', input: { id, issueId: a, relatedIssueId: b, type: 'blocks' } },
        { entity: 'relation', id: undefined },
      ],
      [
        {
          kind: 'attachmentCreate',
          input: { id: ids.attachment, issueId: b, url: `${linkPrefix}b`, title: 'Plan' },
        },
        { entity: 'attachment', id: ids.attachment },
      ],
    ];
    for (const [mutation, expected] of attempts)
      expect(await write(mutation)).toMatchObject({ done: [], end: { is: 'taken', at: 0, ...expected } });
  });

  test('is said of what was deleted, whose id stays taken', async () => {
    const id = newId();
    await write(label('ours', id), { kind: 'labelDelete', id });
    expect((await write(label('ours', id))).end).toMatchObject({ is: 'taken', id });
    expect((await world.api.planEntities({ labelIds: [id] })).labels).toEqual([]);
  });

  test('is updated if it is the attachment of the same issue and URL, which answers its own id', async () => {
    const [issueId, url] = [await world.issue(), `${linkPrefix}item-1`];
    const id = await world.attach(issueId, url);
    const { done, end } = await write({
      kind: 'attachmentCreate',
      input: { id: newId(), issueId, url, title: 'Renamed' },
    });
    expect(end).toEqual({ is: 'done' });
    expect(done).toMatchObject([{ attachment: { id, title: 'Renamed' } }]);
  });
});

describe('an answer', () => {
  test('that Linear cannot put together is left out, and the others are there', async () => {
    await plans.switches({ hiddenRelations: 'refused' });
    const [id, free] = [await world.issue(), await world.issue()];
    await world.relate(await world.issue({ teamId: world.other.id }), id);
    await world.hideOther();
    const { done, end } = await write(
      { kind: 'issueUpdate', id: free, input: { title: 'First' } },
      { kind: 'issueUpdate', id, input: { title: 'Second' } },
      { kind: 'issueUpdate', id: free, input: { title: 'Third' } },
    );
    expect(done).toMatchObject([
      { issues: [{ title: 'First' }] },
      undefined,
      { issues: [{ title: 'Third', blockers: [] }] },
    ]);
    expect(end).toEqual({ is: 'done' });
    expect((await readIssues(id, free)).map(({ title }) => title).sort()).toEqual(['Second', 'Third']);
  });

  test('that takes all others with it says that its mutation was made, and which come next', async () => {
    const refusal = { message: 'Entity not found: Issue', path: ['m1', 'answer', 'issue'], forPeople: '' };
    const { done, end } = await answered({ data: {}, refusal }, label('x'), label('y'), label('z'));
    expect(done).toEqual([undefined, undefined]);
    expect(end).toEqual({ is: 'cut', at: 2 });
  });

  test('of an issue with more blockers or links than it holds is left to a read', async () => {
    const [many, linked] = [await world.issue(), await world.issue()];
    for (let n = 0; n < 25; n++) await world.relate(await world.issue(), many);
    for (let n = 0; n < 5; n++) await world.attach(linked, `${linkPrefix}item-${n}`);
    const { done, end } = await write(
      { kind: 'issueUpdate', id: many, input: { title: 'Many' } },
      { kind: 'issueUpdate', id: linked, input: { title: 'Linked' } },
    );
    expect([done, end]).toEqual([[undefined, undefined], { is: 'done' }]);
    const [first, second] = await readIssues(many, linked);
    expect([first, second].map((one) => one?.title).sort()).toEqual(['Linked', 'Many']);
  });

  test('without success ends the list there, and names no reason', async () => {
    await world.fault({ kind: 'unsuccessful', operation: 'issueUpdate' });
    const id = await world.issue();
    const { done, end } = await write(label('before'), { kind: 'issueUpdate', id, input: { title: 'x' } });
    expect(done).toMatchObject([{ is: 'label' }]);
    expect(end).toEqual({ is: 'undone', at: 1 });
  });
});

describe('a request that fails', () => {
  test.each([
    ['by an outage', { kind: '5xx', status: 503 }, 'unavailable', false],
    ['by a rate limit', { kind: 'rate-limit' }, 'rate_limited', false],
    ['by a rate limit with status 200', { kind: 'rate-limit', status: 200 }, 'rate_limited', false],
    ['by an expired token', { kind: 'expired-token' }, 'unauthorized', false],
    ['by a connection that breaks before it', { kind: 'timeout-before', timeoutMs: 1 }, 'unavailable', false],
    ['by a connection that breaks after it', { kind: 'timeout-after', timeoutMs: 1 }, 'unavailable', true],
  ])('%s is thrown, and may be sent again', async (_, fault, is, isMade) => {
    const inputs = [story(), story()];
    const mutation: PlanMutation = { kind: 'issuesCreate', inputs };
    await world.fault({ ...fault, operation: 'PlanWrite' });
    await expect(write(mutation)).rejects.toMatchObject({ failure: { is } });
    expect(await readIssues(...inputs.map(({ id }) => id))).toHaveLength(isMade ? 2 : 0);
    expect((await write(mutation)).end.is).toBe(isMade ? 'taken' : 'done');
    expect(await readIssues(...inputs.map(({ id }) => id))).toHaveLength(2);
  });
});
