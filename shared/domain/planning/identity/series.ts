import { ALIKE, alike, CLOSE, type Entry, type Sides } from './entries.ts';
import { noPairs, type Pairs, pair, pairsBy } from './pairs.ts';
import { countsBetween, isContradicted, saysOf } from './says.ts';

const letterOf = (value: string): string => {
  const start = value.search(/\d/);
  return start < 0 ? value : value.slice(0, start);
};

/** `S1.12` is number 12 in the series `S1`. */
const placeIn = (value: string, letter: string): { series: string; number: number } => {
  const dot = value.lastIndexOf('.');
  return dot < letter.length
    ? { series: letter, number: Number(value.slice(letter.length)) }
    : { series: value.slice(0, dot), number: Number(value.slice(dot + 1)) };
};

type ValueOf = (entry: Entry) => string | undefined;

/** Letters whose numbers run 1…n in the order of the page, at each level of dots. */
const ordinalLetters = (entries: Entry[], valueIn: ValueOf): string[] => {
  const next = new Map<string, number>();
  const ordinal = new Map<string, boolean>();
  for (const entry of entries) {
    const value = entry.isMissing ? undefined : valueIn(entry);
    if (value === undefined) continue;
    const letter = letterOf(value);
    const { series, number } = placeIn(value, letter);
    const expected = next.get(series) ?? 1;
    next.set(series, expected + 1);
    ordinal.set(letter, (ordinal.get(letter) ?? true) && number === expected);
  }
  return [...ordinal].filter(([, is]) => is).map(([letter]) => letter);
};

const byNumber = (a: number[], b: number[]): number => {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
};

/** Positions are weak evidence: the titles must nearly be the same, or alike above the same text. */
const isClose = ({ known, fresh }: Sides, contents: Pairs[], a: number, b: number): boolean => {
  const [was, is] = [known[a], fresh[b]];
  const isElsewhere = contents.some(
    ({ toFresh, toKnown }) => (toFresh.get(a) ?? b) !== b || (toKnown.get(b) ?? a) !== a,
  );
  if (!was || !is || isElsewhere) return false;
  const isKept = contents.some(({ toFresh }) => toFresh.has(a));
  return alike(was, is) >= (isKept ? ALIKE : CLOSE);
};

/** `pairs`, or none if the titles contradict them. `titles` are the pairs with the same title. */
export const unlessContradicted = (sides: Sides, pairs: Pairs, titles: Pairs): Pairs =>
  isContradicted([...pairs.toFresh].map(([known, fresh]) => saysOf(sides, titles, known, fresh)))
    ? noPairs()
    : pairs;

/** Which pairs by key, or by task id, count, and where different values mean different items. */
export type Series = { pairs: Pairs; differ: (known: Entry, fresh: Entry) => boolean };

/** What else two items with the same value have in common: their title, and what is below it. */
type Common = { titles: Pairs; contents: Pairs[] };

/** The pairs with the same value, without those whose values are only positions on the page. */
export const seriesOf = (sides: Sides, valueIn: ValueOf, { titles, contents }: Common): Series => {
  const pairs = pairsBy(sides, valueIn);
  const ordinal = new Set([sides.known, sides.fresh].flatMap((side) => ordinalLetters(side, valueIn)));
  const paired = [...pairs.toFresh].map(([known, fresh]) => {
    const entry = sides.known[known];
    const value = (entry && valueIn(entry)) ?? '';
    const letter = letterOf(value);
    const numbers = value.slice(letter.length).split('.').map(Number);
    return { known, fresh, letter, numbers, says: saysOf(sides, titles, known, fresh) };
  });
  const isStable = paired.some(({ says }) => says === 'same') && paired.every(({ says }) => says !== 'other');
  const kept = noPairs();
  const letters = Map.groupBy(paired, ({ letter }) => letter);
  for (const [letter, group] of letters) {
    group.sort((a, b) => byNumber(a.numbers, b.numbers));
    const says = group.map((each) => each.says);
    const isOrdinal = ordinal.has(letter);
    const isOther = isContradicted(says);
    const counts = isOrdinal ? countsBetween(says, isStable) : undefined;
    group.forEach(({ known, fresh }, at) => {
      if ((counts?.[at] ?? !isOther) && (!isOrdinal || isClose(sides, contents, known, fresh)))
        pair(kept, known, fresh);
    });
    if (isOther) ordinal.add(letter);
  }
  const present = sides.known.flatMap((entry) => (entry.isMissing ? [] : (valueIn(entry) ?? [])));
  const sizes = Map.groupBy(present, letterOf);
  /** Several keys with a letter, none of which is left: they were all changed, not their items. */
  const wasRenamed = (letter: string) => !letters.has(letter) && (sizes.get(letter)?.length ?? 0) > 1;
  return {
    pairs: kept,
    differ: (known, fresh) => {
      const [was, is] = [valueIn(known), valueIn(fresh)];
      if (was === undefined || is === undefined || was === is) return false;
      const [from, to] = [letterOf(was), letterOf(is)];
      return !ordinal.has(from) && !ordinal.has(to) && !wasRenamed(from);
    },
  };
};
