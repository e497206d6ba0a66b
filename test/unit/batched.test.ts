import { expect, test } from 'vitest';
import { batched } from '../../shared/batched.ts';

test('cuts items into batches of a size, in their order', () => {
  expect(batched([1, 2, 3, 4, 5], { size: 2 })).toEqual([[1, 2], [3, 4], [5]]);
  expect(batched([], { size: 2 })).toEqual([]);
});

test('starts a new batch before the weight of one exceeds the limit', () => {
  const limits = { size: 10, weight: (item: number) => item, most: 5 };
  expect(batched([2, 3, 1, 4, 1], limits)).toEqual([[2, 3], [1, 4], [1]]);
});

test('gives an item that exceeds the limit by itself a batch of its own', () => {
  const limits = { size: 10, weight: (item: number) => item, most: 5 };
  expect(batched([1, 9, 1], limits)).toEqual([[1], [9], [1]]);
});
