import type { Entry, Sides } from './entries.ts';

/** Which items of the two sides belong together in one respect. Each item is in one pair at the most. */
export type Pairs = { toFresh: Map<number, number>; toKnown: Map<number, number> };

export const noPairs = (): Pairs => ({ toFresh: new Map(), toKnown: new Map() });

export const pair = ({ toFresh, toKnown }: Pairs, known: number, fresh: number): void => {
  toFresh.set(known, fresh);
  toKnown.set(fresh, known);
};

/** `first`, and those of `second` whose items are in no pair of `first`. */
export const merged = (first: Pairs, second: Pick<Pairs, 'toFresh'>): Pairs => {
  const both = { toFresh: new Map(first.toFresh), toKnown: new Map(first.toKnown) };
  for (const [known, fresh] of second.toFresh)
    if (!both.toFresh.has(known) && !both.toKnown.has(fresh)) pair(both, known, fresh);
  return both;
};

type ValueOf = (entry: Entry) => string | undefined;

const TWICE = -1;

/** Value → its only holder, or `TWICE`. An item that is gone from the page does not hold what one on the page has. */
const holders = (entries: Entry[], valueIn: ValueOf): Map<string, number> => {
  const present = new Map<string, number>();
  const missing = new Map<string, number>();
  entries.forEach((entry, at) => {
    const value = valueIn(entry);
    const holder = entry.isMissing ? missing : present;
    if (value !== undefined) holder.set(value, holder.has(value) ? TWICE : at);
  });
  for (const [value, at] of missing) if (!present.has(value)) present.set(value, at);
  return present;
};

/** Pairs the items with the same value, where only one item of each side has it. */
export const pairsBy = (sides: Sides, valueIn: ValueOf): Pairs => {
  const pairs = noPairs();
  const fresh = holders(sides.fresh, valueIn);
  for (const [value, at] of holders(sides.known, valueIn)) {
    const other = fresh.get(value);
    if (at !== TWICE && other !== undefined && other !== TWICE) pair(pairs, at, other);
  }
  return pairs;
};
