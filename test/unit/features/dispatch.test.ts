import { expect, test } from 'vitest';
import { dispatchIdOf, dispatchRunId, readinessOf } from '../../../shared/domain/features/dispatch.ts';

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const iso = (ms: number) => new Date(NOW + ms).toISOString();
const push = { dispatch: 'push', timeoutMs: 900_000, now: NOW } as const;
const pull = { ...push, dispatch: 'pull' } as const;
const never = { readySeq: 0, announcedSeq: 0 };
const claimable = { readySeq: 1, announcedSeq: 0, claimAt: iso(-1_000) };
const unannounced = { readySeq: 1, announcedSeq: 0, readyAt: iso(-1_000) };
const announced = { readySeq: 1, announcedSeq: 1, readyAt: iso(-60_000), announcedAt: iso(-50_000) };
const overdue = { ...announced, announcedAt: iso(-900_000) };
/** Announced, taken, and pending again: what was announced is over. */
const again = { ...announced, readyAt: undefined };

test.each([
  ['pull', 'never ready', pull, never, { ready: 'pull' }],
  ['pull', 'claimable', pull, claimable, {}],
  ['pull', 'not announced yet', pull, unannounced, { ready: 'pull' }],
  ['pull', 'announced just now', pull, announced, { again: NOW + 850_000 }],
  ['pull', 'announced long ago', pull, overdue, { ready: 'pull' }],
  ['pull', 'pending again', pull, again, { ready: 'pull' }],
  ['push', 'never ready', push, never, { ready: 'push' }],
  ['push', 'claimable', push, claimable, { ready: 'push' }],
  ['push', 'not announced yet', push, unannounced, { again: NOW + 60_000 }],
  ['push', 'announced just now', push, announced, { again: NOW + 850_000 }],
  ['push', 'announced long ago', push, overdue, { ready: 'push' }],
  ['push', 'pending again', push, again, { ready: 'push' }],
  ['held', 'never ready', { ...pull, isHeld: true }, never, { held: true }],
  ['held', 'claimable', { ...pull, isHeld: true }, claimable, { held: true }],
  ['held', 'not announced yet', { ...push, isHeld: true }, unannounced, { held: true }],
  ['held', 'announced just now', { ...push, isHeld: true }, announced, { again: NOW + 850_000 }],
  ['held', 'announced long ago', { ...push, isHeld: true }, overdue, { held: true }],
] as const)('%s, %s', (_, __, how, row, expected) => {
  expect(readinessOf(row, how)).toEqual(expected);
});

test('each readiness has one dispatch id and proposes one run, and the next has others', () => {
  const [first, second] = [1, 2].map((readySeq) => dispatchIdOf({ id: 'f', readySeq }));
  expect([first, second]).toEqual(['f:1', 'f:2']);
  expect(dispatchRunId('f:1')).toBe(dispatchRunId('f:1'));
  expect(dispatchRunId('f:1')).not.toBe(dispatchRunId('f:2'));
});
