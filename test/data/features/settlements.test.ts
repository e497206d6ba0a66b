import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { outcomeCommentId } from '../../../shared/domain/ids.ts';
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
