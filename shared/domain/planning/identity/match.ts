import { type Level, levels, type PlanItem } from '../plan.ts';
import type { Comparison } from './ballot.ts';
import { type Entry, type Sides, sidesOf } from './entries.ts';
import { evidenceOf, type Voter } from './evidence.ts';
import type { KnownItem } from './face.ts';
import { joinLevel, type Open } from './joining.ts';
import { noPairs, pair } from './pairs.ts';
import { ask, type Why } from './questions.ts';
import { isStill, wears } from './word.ts';

/** What an item of a new reading is. `by` is empty where a person said so. */
export type Match =
  | { is: 'same'; id: string; by: Voter[] }
  | { is: 'added' }
  /** Perhaps the known item: a person is asked. Until then nothing of it is written. */
  | { is: 'proposed'; id: string; why: Why };

export type Matching = {
  /** By `ref`, one for each item of the reading. */
  matches: Map<string, Match>;
  /** The known items that are neither on the page nor proposed, in their order. */
  missing: string[];
};

const isRewritten = (was: Entry | undefined, is: Entry | undefined): boolean =>
  was?.norm !== is?.norm && was?.face.contents.description !== is?.face.contents.description;

/** The positions of the entries of a level, or of all. */
const atLevel = (entries: readonly Entry[], level: Level | undefined): number[] =>
  [...entries.keys()].filter((at) => level === undefined || entries[at]?.face.level === level);

/** Joins what a person confirmed, where the page still has exactly one item as it was shown. */
const confirm = (
  known: readonly KnownItem[],
  { fresh }: Sides,
  join: (known: number, fresh: number) => void,
): void => {
  const taken = new Set<number>();
  known.forEach(({ confirmedAs }, at) => {
    if (!confirmedAs) return;
    const shown = [...fresh.keys()].filter((each) => {
      const face = fresh[each]?.face;
      return face !== undefined && wears(face, confirmedAs);
    });
    const [only] = shown;
    if (only === undefined || shown.length > 1 || taken.has(only)) return;
    taken.add(only);
    join(at, only);
  });
};

/**
 * Which known item is each item of a new reading? Key, Linear link, place and title vote; what they do not settle is
 * proposed to a person (docs/planning.md). A copy of the page is compared in the same way.
 * `known` is in the order of the last reading, without items that have no place on the page. The result is the same
 * for the same input.
 */
export const matchReading = (known: readonly KnownItem[], items: readonly PlanItem[]): Matching => {
  const sides = sidesOf(known, items);
  const comparison: Comparison = { sides, evidence: evidenceOf(sides), joined: noPairs(), asked: noPairs() };
  const { joined, asked } = comparison;
  const by = new Map<number, Voter[]>();
  const why = new Map<number, Why>();
  /** Pairs that the votes join but a person must see first. */
  const guarded = new Map<number, number>();

  const isRefused = (was: number, is: number) => {
    const face = sides.fresh[is]?.face;
    return face !== undefined && (known[was]?.refused ?? []).some((shown) => isStill(face, shown));
  };
  const join = (was: number, is: number, votes: Voter[]) => {
    if (joined.toFresh.has(was) || joined.toKnown.has(is) || isRefused(was, is)) return;
    if (known[was]?.isGuarded && isRewritten(sides.known[was], sides.fresh[is])) guarded.set(was, is);
    else {
      pair(joined, was, is);
      by.set(is, votes);
    }
  };
  const openAt = (level?: Level): Open => {
    const known = atLevel(sides.known, level);
    const fresh = atLevel(sides.fresh, level);
    return {
      known: () => known.filter((at) => !joined.toFresh.has(at) && !asked.toFresh.has(at)),
      fresh: () => fresh.filter((at) => !joined.toKnown.has(at) && !asked.toKnown.has(at)),
    };
  };
  const askAt = (open: Open) => {
    const isGuarded = (was: number, is: number) => guarded.get(was) === is;
    const questions = ask(comparison, { known: open.known(), fresh: open.fresh(), isRefused, isGuarded });
    for (const [fresh, reason] of questions) why.set(fresh, reason);
  };

  confirm(known, sides, (was, is) => {
    pair(joined, was, is);
    by.set(is, []);
  });
  for (const level of levels) {
    joinLevel(comparison, openAt(level), join);
    askAt(openAt(level));
  }
  askAt(openAt());

  const matchOf = (at: number): Match => {
    const same = joined.toKnown.get(at);
    const proposed = asked.toKnown.get(at);
    if (same !== undefined) return { is: 'same', id: known[same]?.id ?? '', by: by.get(at) ?? [] };
    if (proposed === undefined) return { is: 'added' };
    return { is: 'proposed', id: known[proposed]?.id ?? '', why: why.get(at) ?? 'title' };
  };
  const settled = new Set([...joined.toFresh.keys(), ...asked.toFresh.keys()]);
  return {
    matches: new Map(items.map(({ ref }, at) => [ref, matchOf(at)])),
    missing: known.flatMap(({ id }, at) => (settled.has(at) ? [] : [id])),
  };
};
