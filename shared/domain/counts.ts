/** How often each word was met in a run. A word that was not met is absent. */
export type Counts = Record<string, number>;

/** How often each of the words occurs. */
export const countWords = (words: Iterable<string>): Counts => {
  const counts: Counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

/** Adds counts up, word by word, and leaves out what is zero. */
export const sumCounts = (...all: readonly Readonly<Counts>[]): Counts => {
  const sum: Counts = {};
  for (const counts of all)
    for (const [word, count] of Object.entries(counts)) if (count > 0) sum[word] = (sum[word] ?? 0) + count;
  return sum;
};
