/** Enough to hide the latency of DynamoDB, and few enough for one function's connections to it. */
const CONCURRENCY = 16;

/**
 * Maps over the items with at most `concurrency` calls at once and answers the results in the order of the items. The
 * first error is thrown at once; the other items are still mapped.
 *
 * Why not p-map: it does the same in 4.8 kB of bundle, because it also takes iterables, signals and skipped items.
 */
export const inParallel = async <T, R>(
  items: readonly T[],
  map: (item: T) => Promise<R>,
  concurrency = CONCURRENCY,
): Promise<R[]> => {
  const results = new Array<R>(items.length);
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
};
