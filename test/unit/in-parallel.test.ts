import { expect, test } from 'vitest';
import { inParallel } from '../../shared/in-parallel.ts';

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

test('runs no more calls at once than it may, and answers in the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel(
    [5, 4, 3, 2, 1],
    async (item) => {
      most = Math.max(most, ++running);
      for (let n = 0; n < item; n++) await tick();
      running--;
      return item * 10;
    },
    2,
  );
  expect(results).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});

test('throws the first error', async () => {
  const failing = inParallel([1, 2, 3], async (item) => {
    if (item === 2) throw new Error('two');
  });
  await expect(failing).rejects.toThrow('two');
});
