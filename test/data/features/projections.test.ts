import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  at,
  CREATE,
  features,
  NOW,
  newIssue,
  projection,
  startFeatures,
  stopFeatures,
  stored,
  tables,
  withdrawal,
} from '../../support/feature-rows.ts';

beforeAll(startFeatures);
afterAll(stopFeatures);
beforeEach(newIssue);

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
