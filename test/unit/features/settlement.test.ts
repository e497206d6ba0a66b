import { expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../../shared/domain/workspaces/settings.ts';
import { decisionOf } from '../../../shared/use-cases/features/processing/settlement.ts';
import type { WriteBackResult } from '../../../shared/use-cases/features/processing/write-back-plan.ts';
import { listedFeature } from '../../support/listed-feature.ts';

const NOW = Date.parse('2026-01-02T00:00:00.000Z');
const MINUTE = 60_000;

const result = (changes: Partial<WriteBackResult> = {}): WriteBackResult => ({
  feature: listedFeature(),
  mutations: [],
  posted: [],
  leftIn: undefined,
  settledIn: undefined,
  superseded: false,
  ...changes,
});
const decide = (
  of: WriteBackResult,
  { lapseAt, ...settings }: Partial<Settings> & { lapseAt?: number } = {},
) => decisionOf(of, { settings: { ...defaultSettings, ...settings }, lapseAt, now: NOW });

const move = { kind: 'issueUpdate', issueId: 'issue-1', stateId: 'Done' } as const;
const run = { status: 'in_progress', statusSeq: 1, runId: 'run-1', leaseUntil: '2026-01-01T23:00:00.000Z' };

test('makes a pending feature ready to be claimed', () => {
  expect(decide(result())).toMatchObject({
    is: 'settle',
    settlement: { ready: 'pull', again: undefined },
    isToAnnounce: false,
  });
});

test('makes a pending feature ready to be announced, and due until it is', () => {
  expect(decide(result(), { dispatch: 'push' })).toMatchObject({
    settlement: { ready: 'push', again: NOW + MINUTE },
    isToAnnounce: true,
  });
});

test('holds a feature that has open sub-issues, even where Linear refused something', () => {
  const held = result({ feature: listedFeature({ heldBySubIssues: true }), failure: 'no' });
  expect(decide(held)).toMatchObject({ settlement: { held: true, failure: 'no' } });
});

test('does not hand out a feature of which Linear refused something', () => {
  expect(decide(result({ failure: 'no' }))).toMatchObject({
    settlement: { ready: undefined, failure: 'no' },
  });
});

test.each([
  [0, 1],
  [1, 2],
  [2, 4],
  [3, 8],
])('retries what Linear left undone %i times before, after %i minutes', (undoneTries, minutes) => {
  const undone = result({ feature: listedFeature({ undoneTries }), undone: true, mutations: [move] });
  expect(decide(undone)).toEqual({
    is: 'undone',
    until: NOW + minutes * MINUTE,
    undoneTries: undoneTries + 1,
  });
});

test('records a failure after Linear left it undone for the fifth time', () => {
  const undone = result({ feature: listedFeature({ undoneTries: 4 }), undone: true, mutations: [move] });
  expect(decide(undone)).toMatchObject({
    is: 'settle',
    settlement: { failure: expect.stringContaining('5 times'), settledStateId: 'Todo' },
    isWritten: false,
  });
});

test('keeps the state of an issue whose move was refused, as ours only if we put it there', () => {
  const refused = (changes: Record<string, unknown>) =>
    result({
      feature: listedFeature({ ...run, ...changes }),
      mutations: [move],
      leftIn: 'Done',
      moveRefused: 'no',
    });
  expect(decide(refused({}))).toMatchObject({
    settlement: { writtenStateId: undefined, settledStateId: 'Todo', failure: 'no' },
  });
  expect(decide(refused({ writtenStateId: 'Todo' }))).toMatchObject({
    settlement: { writtenStateId: 'Todo', settledStateId: 'Todo' },
  });
});

test('notes an expired lease once there is nothing else to write', () => {
  const feature = listedFeature({ ...run, claimAt: run.leaseUntil }, 'Started');
  expect(decide(result({ feature }), { lapseAt: NOW })).toEqual({ is: 'lapsed' });
  expect(decide(result({ feature, posted: ['comment-1'] }), { lapseAt: NOW })).toMatchObject({
    is: 'settle',
    settlement: { again: NOW },
  });
});

test('handles an expired lease again after 15 minutes if Linear refused something', () => {
  const feature = listedFeature({ ...run, claimAt: run.leaseUntil }, 'Started');
  const refused = result({ feature, posted: ['comment-1'], failure: 'no' });
  expect(decide(refused, { lapseAt: NOW })).toMatchObject({ settlement: { again: NOW + 15 * MINUTE } });
});

test('takes a feature back whose lease expired where features are announced', () => {
  const feature = listedFeature(run, 'Started');
  expect(decide(result({ feature }), { lapseAt: NOW, dispatch: 'push' })).toMatchObject({
    settlement: { takenBack: true, ready: 'push' },
    isToAnnounce: true,
  });
});

test('makes a finished feature pending again whose issue a human moved back, unless the setting forbids it', () => {
  const feature = listedFeature({ status: 'passing', statusSeq: 1, writtenSeq: 1, settledStateId: 'Done' });
  expect(decide(result({ feature }))).toMatchObject({ settlement: { reopened: true, ready: 'pull' } });
  expect(decide(result({ feature }), { reopen: false })).toMatchObject({
    settlement: { reopened: false, ready: undefined },
  });
});
