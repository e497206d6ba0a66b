import { expect, test } from 'vitest';
import { BoundedMap } from '../../shared/bounded-map.ts';

test('a full bounded map drops the entry that was set longest ago', () => {
  const map = new BoundedMap<number>(3);
  for (const key of ['a', 'b', 'c']) map.set(key, 1);
  expect([...map.keys()]).toEqual(['a', 'b', 'c']);
  map.set('a', 2);
  map.set('d', 1);
  expect([...map.keys()]).toEqual(['c', 'a', 'd']);
  expect(map.get('a')).toBe(2);
});

test('a bounded map stays within its bound however many keys are set', () => {
  const map = new BoundedMap<number>(100);
  for (let n = 0; n < 10_000; n++) map.set(`key-${n}`, n);
  expect(map.size).toBe(100);
  expect(map.get('key-9999')).toBe(9999);
});
