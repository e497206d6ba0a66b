import { alike, type Entry } from './entries.ts';

/** How many titles one title is compared with at the most, those with its rarest words first. */
const MOST = 24;

type Similar = { at: number; alike: number };
export type Finder = (entry: Entry, least: number) => Similar[];

/**
 * Finds those of `members` whose titles are alike. Two titles with a Dice coefficient of at least `least` have one of
 * the rarest parts in common, so only the items with these are compared.
 */
export const finderOf = (entries: Entry[], members: number[]): Finder => {
  const holders = new Map<string, number[]>();
  for (const at of members) {
    for (const part of new Set(entries[at]?.parts)) {
      const held = holders.get(part);
      if (held) held.push(at);
      else holders.set(part, [at]);
    }
  }
  const frequency = (part: string) => holders.get(part)?.length ?? 0;
  return (entry, least) => {
    const rarest = [...entry.parts].sort((a, b) => frequency(a) - frequency(b));
    const common = Math.ceil((least / (2 - least)) * rarest.length);
    const compared = new Set<number>();
    for (const part of new Set(rarest.slice(0, rarest.length - common + 1)))
      for (const at of holders.get(part) ?? []) if (compared.size < MOST) compared.add(at);
    return [...compared].flatMap((at) => {
      const other = entries[at];
      const value = other === undefined ? 0 : alike(entry, other);
      return value >= least ? { at, alike: value } : [];
    });
  };
};
