import { expect, test } from 'vitest';
import { backOffMs } from '../../../shared/domain/schedule/backoff.ts';
import { isPaused } from '../../../shared/domain/workspaces/pause.ts';

test('a pause grows from a minute to a quarter of an hour', () => {
  const minutes = [1, 2, 3, 4, 5, 50, 5_000].map((times) => backOffMs(times, 0) / 60_000);
  expect(minutes).toEqual([1, 2, 4, 8, 15, 15, 15]);
});

test('workspaces come back at different times, and none too soon', () => {
  const pauses = Array.from({ length: 100 }, () => backOffMs(1));
  expect(new Set(pauses).size).toBeGreaterThan(90);
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(60_000);
    expect(pause).toBeLessThanOrEqual(75_000);
  }
});

test('a pause that lies far ahead, because a clock jumped, does not count', () => {
  const now = Date.parse('2026-11-02T12:00:00.000Z');
  const pausedFor = (ms: number) => isPaused({ pausedUntil: new Date(now + ms).toISOString() }, now);
  expect([-1, 1_000, 3_600_000, 86_400_000].map(pausedFor)).toEqual([false, true, true, false]);
  expect(isPaused({}, now)).toBe(false);
});
