import { describe, expect, test } from 'vitest';
import { mayBeAwaited, withAwaited } from '../../../shared/domain/features/awaited.ts';
import { wayTo } from '../../../shared/domain/features/circles.ts';
import {
  claimableFrom,
  claimPlace,
  MOST_WAITING,
  waitingBy,
} from '../../../shared/domain/features/claim-place.ts';
import {
  type Blocker,
  blockerStateOf,
  isBlocked,
  mayChangeBlocking,
  openBlockersHash,
  stored,
} from '../../../shared/domain/features/dependencies.ts';

const blocker = (linearIssueId: string, state: Blocker['state'] = 'open'): Blocker => ({
  linearIssueId,
  identifier: linearIssueId.toUpperCase(),
  state,
});

describe('a blocking issue', () => {
  test.each([
    ['completed', null, 'done'],
    ['completed', 'archived', 'done'],
    ['canceled', null, 'dead'],
    ['duplicate', null, 'dead'],
    ['started', 'deleted', 'dead'],
    ['started', 'archived', 'dead'],
    ['started', null, 'open'],
    ['triage', null, 'open'],
    ['a type that Linear adds later', null, 'open'],
  ] as const)('in a %s state, archived: %s, is %s', (type, archived, state) => {
    expect(blockerStateOf({ state: { type }, archived })).toBe(state);
  });

  test('blocks only while it is open', () => {
    expect(isBlocked({})).toBe(false);
    expect(isBlocked({ blockers: [blocker('a', 'done'), blocker('b', 'dead')] })).toBe(false);
    expect(isBlocked({ blockers: [blocker('a', 'done'), blocker('b')] })).toBe(true);
  });

  test('is stored before all that are not open, however many there are', () => {
    const done = Array.from({ length: 300 }, (_, index) => blocker(`a${index}`, 'done'));
    const kept = stored([...done, blocker('z')]);
    expect(kept).toHaveLength(100);
    expect(kept[0]).toEqual(blocker('z'));
  });

  test('is named by a hash that ignores the order and those that are not open', () => {
    const hash = openBlockersHash([blocker('a'), blocker('b'), blocker('c', 'done')]);
    expect(openBlockersHash([blocker('b'), blocker('c', 'dead'), blocker('a')])).toBe(hash);
    expect(openBlockersHash([blocker('a')])).not.toBe(hash);
    expect(openBlockersHash([blocker('a'), blocker('b'), blocker('c')])).not.toBe(hash);
  });

  test.each([
    ['create', undefined, true],
    ['remove', undefined, true],
    ['update', undefined, true],
    ['update', { stateId: 'before' }, true],
    ['update', { archivedAt: null }, true],
    ['update', { trashed: null }, true],
    ['update', { teamId: 'before' }, true],
    ['update', { title: 'before', updatedAt: 'before' }, false],
  ])('may have changed sides by the event %s of %j: %s', (action, updatedFrom, may) => {
    expect(mayChangeBlocking({ action, updatedFrom })).toBe(may);
  });
});

describe('the filter of awaited issues', () => {
  const ids = Array.from({ length: 100 }, () => crypto.randomUUID());

  test('knows every issue in it, and is empty without any', () => {
    const awaited = withAwaited(withAwaited(undefined, ids.slice(0, 50)), ids.slice(50));
    expect(ids.filter((id) => !mayBeAwaited(awaited, id))).toEqual([]);
    expect(mayBeAwaited(undefined, ids[0] ?? '')).toBe(false);
    expect(awaited.length).toBe(1_024);
  });

  test('takes few others for one of them', () => {
    const awaited = withAwaited(undefined, ids);
    const others = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    expect(others.filter((id) => mayBeAwaited(awaited, id)).length).toBeLessThan(10);
  });

  test('does not change the filter it begins with', () => {
    const before = withAwaited(undefined, []);
    withAwaited(before, ids);
    expect(before.every((byte) => byte === 0)).toBe(true);
  });
});

describe('the place of a claimable feature', () => {
  const at = Date.parse('2026-11-28T12:00:00.000Z');

  test('is before those that fewer others wait for, and among equals by time', () => {
    const places = [
      claimPlace(MOST_WAITING + 5, at + 5),
      claimPlace(12, at + 4),
      claimPlace(2, at),
      claimPlace(2, at + 3),
      claimPlace(1, at + 2),
      claimPlace(0, at),
      claimPlace(0, at + 1),
    ];
    expect(places.toSorted()).toEqual(places);
    expect(places.map(claimableFrom)).toEqual([5, 4, 0, 3, 2, 0, 1].map((ms) => at + ms));
    expect(places.map(waitingBy)).toEqual([MOST_WAITING, 12, 2, 2, 1, 0, 0]);
  });

  test('is a plain time without others that wait, like the end of a lease', () => {
    expect(claimPlace(0, at)).toBe('2026-11-28T12:00:00.000Z');
  });
});

describe('a circle of dependencies', () => {
  const circle = (from: string, edges: Record<string, string[]>) =>
    wayTo(from, from, new Map(Object.entries(edges)));

  test('is found from each member, itself first', () => {
    const edges = { a: ['b'], b: ['c'], c: ['a'], d: ['a'] };
    expect(circle('a', edges)).toEqual(['a', 'b', 'c']);
    expect(circle('b', edges)).toEqual(['b', 'c', 'a']);
    expect(circle('d', edges)).toBeUndefined();
  });

  test('is the shortest, if a feature is in two', () => {
    expect(circle('a', { a: ['b', 'x'], b: ['c'], c: ['a'], x: ['a'] })).toEqual(['a', 'x']);
  });

  test('may be of one feature that blocks itself', () => {
    expect(circle('a', { a: ['a'] })).toEqual(['a']);
  });

  test('is closed by a blocker that is blocked by the feature in turn', () => {
    const edges = new Map(Object.entries({ a: ['b', 'x'], b: ['c'], c: ['a'] }));
    expect(wayTo('a', 'b', edges)).toEqual(['b', 'c']);
    expect(wayTo('a', 'x', edges)).toBeUndefined();
  });

  test('is none in a chain or a diamond', () => {
    expect(circle('a', { a: ['b', 'c'], b: ['d'], c: ['d'] })).toBeUndefined();
    expect(circle('a', {})).toBeUndefined();
  });
});
