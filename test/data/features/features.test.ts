import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Features, featuresTable } from '../../../shared/data/features/features.ts';
import { projectionOf, withdrawalOf } from '../../../shared/domain/features/feature.ts';
import { outcomeCommentId } from '../../../shared/domain/ids.ts';
import { issueSnapshot, placement } from '../../../testing/builders.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

let tables: TestTables;
let features: Features;
beforeAll(async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
});
afterAll(() => tables.stop());

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const at = (second: number, ms = 0) =>
  new Date(Date.parse('2026-11-02T10:00:00.000Z') + second * 1000 + ms).toISOString();
const CREATE = { scope: 'create', makesDue: true, now: NOW } as const;

let number = 0;
let issueId: string;
beforeEach(() => {
  issueId = `issue-${++number}`;
  tables.operations();
});

const snapshot = (changes: Record<string, unknown> = {}, seenAt = at(1)) =>
  issueSnapshot({ id: issueId, updatedAt: at(0), ...changes }, seenAt);
const projection = (changes: Record<string, unknown> = {}, seenAt?: string) =>
  projectionOf(snapshot(changes, seenAt), { ...placement(), projectId: 'project-1' });
const withdrawal = (changes: Record<string, unknown> = {}, seenAt?: string) =>
  withdrawalOf(snapshot(changes, seenAt), 'workspace-1', 'label_removed');
const stored = async () => {
  const row = await features.get(projection().id);
  if (!row) throw new Error('no row');
  return row;
};

describe('a projection', () => {
  test('creates a pending feature that is due, in one operation', async () => {
    expect(await features.saveProjection(projection(), CREATE)).toBe('written');
    expect(tables.operations()).toEqual(['UpdateItem features']);
    const row = await stored();
    expect(row).toMatchObject({
      status: 'pending',
      statusSeq: 0,
      revision: 1,
      owed: {},
      claimIn: 'project-1#2',
    });
    expect(row.dueAt).toBeDefined();
    expect(row.claimAt).toBeUndefined();
  });

  test('skips a row that does not match its schema without failing', async () => {
    await features.saveProjection(projection(), CREATE);
    await tables.db.client.send(
      new UpdateItemCommand({
        TableName: 'features',
        Key: { id: { S: projection().id } },
        UpdateExpression: 'SET createdAt = :n',
        ExpressionAttributeValues: { ':n': { N: '0' } },
      }),
    );
    expect(await features.saveProjection(projection(), CREATE)).toBe('out_of_scope');
    expect(await features.getMany([projection().id])).toEqual([]);
    await expect(stored()).rejects.toThrow('createdAt');
  });

  test('writes nothing for a duplicate, in one operation', async () => {
    await features.saveProjection(projection(), CREATE);
    tables.operations();
    expect(await features.saveProjection(projection(), CREATE)).toBe('unchanged');
    expect(tables.operations()).toEqual(['UpdateItem features']);
    expect((await stored()).revision).toBe(1);
  });

  test('makes one row of revision 1 of fifty concurrent writes', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => features.saveProjection(projection(), CREATE)),
    );
    expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
    expect((await stored()).revision).toBe(1);
  });

  test('keeps the newer state when events arrive out of order', async () => {
    await features.saveProjection(projection({ updatedAt: at(5), title: 'newer' }), CREATE);
    expect(await features.saveProjection(projection({ updatedAt: at(3), title: 'older' }), CREATE)).toBe(
      'stale',
    );
    expect((await stored()).issue?.name).toBe('newer');
  });

  test('keeps the later of two reads of one edit', async () => {
    await features.saveProjection(projection({ title: 'first' }, at(1)), CREATE);
    expect(await features.saveProjection(projection({ title: 'second' }, at(2)), CREATE)).toBe('written');
    expect(await features.saveProjection(projection({ title: 'first' }, at(1)), CREATE)).toBe('stale');
    expect((await stored()).issue?.name).toBe('second');
  });

  test('asks for a read when two snapshots tie', async () => {
    await features.saveProjection(projection({ title: 'one' }), { ...CREATE, makesDue: false });
    expect(await features.saveProjection(projection({ title: 'other' }), CREATE)).toBe('tied');
    const row = await stored();
    expect(row.issue?.name).toBe('one');
    expect(row.resyncAt).toBeDefined();
    expect(row.dueAt).toBeDefined();
  });

  test('neither creates nor revives a row for an edit', async () => {
    const edit = { scope: 'edit', makesDue: false, now: NOW } as const;
    expect(await features.saveProjection(projection(), edit)).toBe('out_of_scope');
    await features.withdraw(withdrawal(), NOW);
    expect(await features.saveProjection(projection({ updatedAt: at(5) }), edit)).toBe('out_of_scope');
  });

  test('updates an issue that is no longer imported only if it has a row', async () => {
    const closed = { state: { id: 'done', name: 'Done', type: 'completed' }, updatedAt: at(9) };
    const update = { scope: 'update', makesDue: false, now: NOW } as const;
    expect(await features.saveProjection(projection(closed), update)).toBe('out_of_scope');
    await features.saveProjection(projection(), CREATE);
    expect(await features.saveProjection(projection(closed), update)).toBe('written');
    expect((await stored()).claimIn).toBeUndefined();
  });

  test('leaves every attribute that the API owns as it is', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    await features.report(row, { status: 'in_progress', runId: 'run-1' }, undefined, NOW);
    const before = await stored();
    await features.saveProjection(projection({ updatedAt: at(7), title: 'edited' }), {
      ...CREATE,
      makesDue: false,
    });
    const { status, statusSeq, runId, reports, owed, dueAt } = await stored();
    expect({ status, statusSeq, runId, reports, owed, dueAt }).toEqual({
      status: before.status,
      statusSeq: before.statusSeq,
      runId: before.runId,
      reports: before.reports,
      owed: before.owed,
      dueAt: before.dueAt,
    });
  });
});

test("another workspace's row is never written by a projection, a withdrawal or a hint", async () => {
  await features.saveProjection(projection(), CREATE);
  const before = await stored();
  const foreign = { workspaceId: 'workspace-2' };
  const newer = { updatedAt: at(9) };
  expect(await features.saveProjection({ ...projection(newer), ...foreign }, CREATE)).toBe('out_of_scope');
  expect(await features.withdraw({ ...withdrawal(newer), ...foreign }, NOW)).toBe('out_of_scope');
  const { id, linearIssueId, version } = projection(newer);
  expect(await features.hint({ id, linearIssueId, version, ...foreign }, NOW)).toBe('stale');
  expect(await stored()).toEqual(before);
});

describe('a withdrawal', () => {
  test('leaves a row even if there was none, so that an older event cannot revive the feature', async () => {
    expect(await features.withdraw(withdrawal({ updatedAt: at(5) }), NOW)).toBe('written');
    expect(await features.saveProjection(projection({ updatedAt: at(3) }), CREATE)).toBe('stale');
    expect((await stored()).withdrawn).toBe('label_removed');
  });

  test('keeps the status for when the issue qualifies again', async () => {
    await features.saveProjection(projection(), CREATE);
    await features.report(await stored(), { status: 'in_progress', runId: 'run-1' }, undefined, NOW);
    await features.withdraw(withdrawal({ updatedAt: at(5) }), NOW);
    expect(await stored()).toMatchObject({ withdrawn: 'label_removed', status: 'in_progress' });
    await features.saveProjection(projection({ updatedAt: at(6) }), CREATE);
    const row = await stored();
    expect(row.withdrawn).toBeUndefined();
    expect(row.status).toBe('in_progress');
  });

  test('ends readiness, so a feature that qualifies again has to be read first', async () => {
    await features.saveProjection(projection(), CREATE);
    expect(await features.settle(await stored(), { posted: [], ready: 'pull' }, NOW)).toBe('settled');
    expect((await stored()).claimAt).toBeDefined();
    await features.withdraw(withdrawal({ updatedAt: at(5) }), NOW);
    await features.saveProjection(projection({ updatedAt: at(6) }), CREATE);
    expect((await stored()).claimAt).toBeUndefined();
  });
});

test('a feature is never ready to be claimed and to be announced at once', async () => {
  await features.saveProjection(projection(), CREATE);
  await features.settle(await stored(), { posted: [], ready: 'pull', again: NOW }, NOW);
  expect(await stored()).toMatchObject({ readySeq: 1, claimAt: expect.any(String) });
  await features.settle(await stored(), { posted: [], ready: 'push', again: NOW }, NOW);
  expect(await stored()).toMatchObject({ readySeq: 2, readyAt: expect.any(String) });
  expect((await stored()).claimAt).toBeUndefined();
  await features.settle(await stored(), { posted: [], ready: 'pull' }, NOW);
  expect((await stored()).readyAt).toBeUndefined();
  expect((await stored()).dueAt).toBeUndefined();
});

test('a claim that comes while a feature is being processed wins, and the feature is not announced', async () => {
  await features.saveProjection(projection(), CREATE);
  await features.settle(await stored(), { posted: [], ready: 'pull', again: NOW }, NOW);
  const row = await stored();
  const { id, claimIn = '', claimAt = '', workspaceId } = row;
  const lease = { workspaceId, runId: 'run-1', until: NOW + 900_000, now: NOW };
  expect(await features.claim({ id, claimIn, claimAt }, lease)).toBe(true);
  expect(await features.settle(row, { posted: [], ready: 'push', again: NOW }, NOW)).toBe('changed');
  await features.recall({ id, claimAt }, NOW);
  expect(await stored()).toMatchObject({ status: 'in_progress', readySeq: 1, claimAt: expect.any(String) });
  expect((await stored()).readyAt).toBeUndefined();
});

describe('a hint', () => {
  const hint = (changes: Record<string, unknown>) => {
    const { id, workspaceId, linearIssueId, version } = projection(changes);
    return features.hint({ id, workspaceId, linearIssueId, version }, NOW);
  };

  test('creates a stub that is due and not listed if there is no row', async () => {
    expect(await hint({})).toBe('hinted');
    const row = await stored();
    expect(row).toMatchObject({ revision: 0, status: 'pending' });
    expect(row.issue).toBeUndefined();
    expect(row.dueAt).toBeDefined();
    expect(
      (await features.listByProject('project-1', { limit: 100 })).items.map(({ id }) => id),
    ).not.toContain(row.id);
  });

  test('does nothing if the row is as new or newer', async () => {
    await features.saveProjection(projection({ updatedAt: at(5) }), { ...CREATE, makesDue: false });
    expect(await hint({ updatedAt: at(5) })).toBe('stale');
    expect(await hint({ updatedAt: at(3) })).toBe('stale');
    expect((await stored()).dueAt).toBeUndefined();
  });
});

describe('a retry', () => {
  const failing = (id: string) => ({ id, workspaceId: 'workspace-1', linearIssueId: id, failure: 'odd' });

  test('is scheduled once for the same failure', async () => {
    const id = `odd-${Math.random()}`;
    await features.retry(failing(id), { at: NOW + 60_000, now: NOW });
    const row = await features.get(id);
    if (!row) throw new Error('no row');
    expect(row).toMatchObject({ failure: 'odd', status: 'pending' });
    expect(row.dueAt?.slice(0, 24)).toBe(new Date(NOW + 60_000).toISOString());
    await features.settle(row, { posted: [], failure: 'odd' }, NOW);
    await features.retry(failing(id), { at: NOW, now: NOW });
    expect((await features.get(id))?.dueAt).toBeUndefined();
  });

  test('does not postpone a feature that is due already', async () => {
    await features.saveProjection(projection(), CREATE);
    const before = (await stored()).dueAt;
    await features.retry(failing((await stored()).id), { at: NOW + 3_600_000, now: NOW });
    expect(await stored()).toMatchObject({ dueAt: before, failure: 'odd' });
  });

  test('brings forward a later due time', async () => {
    await features.saveProjection(projection(), CREATE);
    await features.postpone(await stored(), NOW + 24 * 3_600_000);
    await features.retry(failing((await stored()).id), { at: NOW + 600_000, now: NOW });
    expect((await stored()).dueAt?.slice(0, 24)).toBe(new Date(NOW + 600_000).toISOString());
  });
});

describe('reporting and settling', () => {
  const outcome = {
    status: 'passing',
    runId: 'run-1',
    seq: 2,
    reportedAt: at(20),
    summary: 'Built.',
  } as const;
  const commentId = outcomeCommentId('key', { featureId: 'f', runId: 'run-1', status: 'passing' });

  const passed = async () => {
    await features.saveProjection(projection(), CREATE);
    await features.report(await stored(), { status: 'in_progress', runId: 'run-1' }, undefined, NOW);
    await features.report(await stored(), { status: 'passing', runId: 'run-1' }, { commentId, outcome }, NOW);
    return stored();
  };

  test('a report writes status, outcome and due time in one operation', async () => {
    await features.saveProjection(projection(), { ...CREATE, makesDue: false });
    await features.report(await stored(), { status: 'in_progress', runId: 'run-1' }, undefined, NOW);
    const row = await stored();
    tables.operations();
    await features.report(row, { status: 'passing', runId: 'run-1' }, { commentId, outcome }, NOW);
    expect(tables.operations()).toEqual(['UpdateItem features']);
    expect(await stored()).toMatchObject({ status: 'passing', statusSeq: 2, owed: { [commentId]: outcome } });
    expect((await stored()).dueAt).toBeDefined();
  });

  test('one of two concurrent reports is accepted, and the other gets the current row', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    const reports = await Promise.all(
      ['run-1', 'run-2'].map((runId) =>
        features.report(row, { status: 'in_progress', runId }, undefined, NOW),
      ),
    );
    expect(reports.filter(({ ok }) => ok)).toHaveLength(1);
    const refused = reports.find(({ ok }) => !ok);
    expect(refused).toMatchObject({ row: { status: 'in_progress', statusSeq: 1 } });
  });

  test('settling removes the outcomes that were posted', async () => {
    const row = await passed();
    expect(await features.settle(row, { posted: [commentId], writtenStateId: 'done' }, NOW)).toBe('settled');
    const told = await stored();
    expect(told).toMatchObject({ owed: {}, writtenSeq: 2, writtenStateId: 'done' });
    expect(told.dueAt).toBeUndefined();
  });

  const move = (state: string, updatedAt: string, mover: 'us' | 'somebody' | 'team') => {
    const change = { state: { id: state, name: state, type: 'started' }, updatedAt };
    return features.saveProjection(projection(change, updatedAt), {
      scope: 'edit',
      makesDue: false,
      now: NOW,
      mover,
    });
  };

  test('settling fails if somebody moved the issue meanwhile, and the next settled status forgets the move', async () => {
    const row = await passed();
    tables.operations();
    expect(await move('elsewhere', at(30), 'somebody')).toBe('written');
    expect(tables.operations()).toEqual(['UpdateItem features']);
    const look = { posted: [commentId], writtenStateId: 'done', settledStateId: 'done' };
    expect(await features.settle(row, look, NOW)).toBe('changed');
    const moved = await stored();
    expect(moved).toMatchObject({ movedToStateId: 'elsewhere', writtenSeq: 0, owed: {} });
    expect(moved.dueAt).toBeDefined();
    expect(await features.settle(moved, { posted: [], settledStateId: 'elsewhere' }, NOW)).toBe('settled');
    const settled = await stored();
    expect([settled.movedToStateId, settled.writtenStateId, settled.settledStateId]).toEqual([
      undefined,
      undefined,
      'elsewhere',
    ]);
  });

  test('a move by somebody removes an earlier echo, and a later echo is kept beside the move', async () => {
    const row = await passed();
    await features.settle(row, { posted: [commentId], writtenStateId: 'done', settledStateId: 'done' }, NOW);
    await move('done', at(30), 'us');
    await move('other-team', at(31), 'team');
    expect(await stored()).toMatchObject({ carriedToStateId: 'other-team' });
    expect((await stored()).echoStateId).toBeUndefined();
    await move('elsewhere', at(32), 'somebody');
    expect((await stored()).carriedToStateId).toBeUndefined();
    await move('done', at(33), 'us');
    expect(await stored()).toMatchObject({ movedToStateId: 'elsewhere', echoStateId: 'done' });
  });

  test('a report during processing keeps the row due, and only posted outcomes are removed', async () => {
    const row = await passed();
    await features.report(row, { status: 'in_progress', runId: 'run-2' }, undefined, NOW);
    expect(await features.settle(row, { posted: [commentId] }, NOW)).toBe('changed');
    const now = await stored();
    expect(now).toMatchObject({ owed: {}, status: 'in_progress', writtenSeq: 0 });
    expect(now.dueAt).toBeDefined();
  });

  test('a due time that was set during processing is not cleared', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    await features.saveProjection(projection({ updatedAt: at(8), title: 'edited' }), CREATE);
    expect(await features.settle(row, { posted: [], ready: 'pull' }, NOW)).toBe('changed');
    const now = await stored();
    expect(now.claimAt).toBeUndefined();
    expect(now.dueAt).toBeDefined();
  });

  test('an edit during processing keeps the feature from becoming ready, even without a new due time', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    await features.saveProjection(projection({ updatedAt: at(8), title: 'edited' }), {
      ...CREATE,
      scope: 'edit',
      makesDue: false,
    });
    expect(await features.settle(row, { posted: [], ready: 'pull' }, NOW)).toBe('changed');
    expect((await stored()).claimAt).toBeUndefined();
  });

  test.each([
    ['hinted', () => features.hint(projection(), NOW)],
    ['withdrawn', () => features.withdraw(withdrawal(), NOW)],
  ])('the due time of a %s feature is not cleared if the issue qualified meanwhile', async (_, begin) => {
    await begin();
    const row = await stored();
    await features.saveProjection(projection({ updatedAt: at(8) }), { ...CREATE, makesDue: false });
    expect(await features.settle(row, { posted: [] }, NOW)).toBe('changed');
    expect((await stored()).dueAt).toBe(row.dueAt);
    expect(await features.settle(await stored(), { posted: [], ready: 'pull' }, NOW)).toBe('settled');
  });
});

describe('the due index', () => {
  test('finds features that are due, and none that are postponed or settled', async () => {
    await features.saveProjection(projection(), CREATE);
    const row = await stored();
    const dueIds = async () => (await features.due(NOW + 1)).map(({ id }) => id);
    expect(await dueIds()).toContain(row.id);
    await features.postpone(row, NOW + 60_000);
    expect(await dueIds()).not.toContain(row.id);
    expect((await features.due(NOW + 61_000)).map(({ id }) => id)).toContain(row.id);
    await features.settle(await stored(), { posted: [] }, NOW);
    expect((await features.due(NOW + 61_000)).map(({ id }) => id)).not.toContain(row.id);
  });
});

test('a project lists its features by priority, page by page, without features that moved away', async () => {
  const project = `project-${issueId}`;
  const put = (id: string, priority: number, projectId = project, updatedAt = at(0)) =>
    features.saveProjection(
      projectionOf(issueSnapshot({ id: `${issueId}-${id}`, priority, updatedAt, title: id }), {
        ...placement(),
        projectId,
      }),
      CREATE,
    );
  await put('low', 4);
  await put('urgent', 1);
  await put('none', 0);
  await put('moved', 1);
  await put('moved', 1, 'elsewhere', at(5));
  const first = await features.listByProject(project, { limit: 2 });
  const second = await features.listByProject(project, { limit: 2, start: first.next });
  expect([...first.items, ...second.items].map(({ issue }) => issue.name)).toEqual(['urgent', 'none', 'low']);
});

test('rows are returned in the requested order, whatever order DynamoDB answers in', async () => {
  const made = Array.from({ length: 120 }, (_, n) => projection({ id: `ordered-${n}` }));
  await Promise.all(made.map((each) => features.saveProjection(each, CREATE)));
  const ids = made.map(({ id }) => id);
  // The local engine keeps the order of the keys, but AWS promises none.
  tables.db.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { Responses } = answer.output as { Responses?: Record<string, object[]> };
      Responses?.features?.reverse();
      return answer;
    },
    { step: 'initialize', name: 'reversed' },
  );
  const rows = await features.getMany(['none', ...ids]);
  tables.db.client.middlewareStack.remove('reversed');
  expect(rows.map(({ id }) => id)).toEqual(ids);
});
