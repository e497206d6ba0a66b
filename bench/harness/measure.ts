export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

/** The smallest value. Noise only adds time, so the smallest value is the most accurate one. */
export const least = (values: readonly number[]): number => Math.min(...values);

/** The smallest value that is at least as large as `share` of all values. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

/**
 * Measures several things in turns (A, B, A, B, …), so that the noise of a shared machine affects all of them equally.
 * Returns the values of each, in order, without the first `warmUp` rounds.
 */
export const inTurns = async <Name extends string>(
  rounds: number,
  things: Record<Name, () => Promise<number>>,
  { warmUp = 1 } = {},
): Promise<Record<Name, number[]>> => {
  const entries = Object.entries(things) as [Name, () => Promise<number>][];
  const measured = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = -warmUp; round < rounds; round++)
    for (const [name, measure] of entries) {
      const value = await measure();
      if (round >= 0) measured[name].push(value);
    }
  return measured;
};
