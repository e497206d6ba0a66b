/** How often each outcome occurred in a run. Outcomes that did not occur are absent. */
export type Counts = Record<string, number>;

/** Counts each word. */
export const countWords = (words: Iterable<string>): Counts => {
  const counts: Counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** Adds counts up, word by word, and leaves out zeros. */
export const sumCounts = (...all: readonly Readonly<Counts>[]): Counts => {
  const sum: Counts = {};
  for (const counts of all)
    for (const [word, count] of Object.entries(counts)) if (count > 0) sum[word] = (sum[word] ?? 0) + count;
  return sum;
};
