import { expect, test } from 'vitest';
import { countWords, sumCounts } from '../../shared/domain/counts.ts';

test('counts how often each word occurs', () => {
  expect(countWords(['written', 'stale', 'written'])).toEqual({ written: 2, stale: 1 });
});

test('adds counts up word by word and leaves out what is zero', () => {
  expect(sumCounts({ written: 1, stale: 0 }, {}, { written: 2, refused: 1 })).toEqual({
    written: 3,
    refused: 1,
  });
});
