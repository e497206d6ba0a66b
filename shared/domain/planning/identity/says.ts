import type { Sides } from './entries.ts';
import type { Pairs } from './pairs.ts';

/**
 * Whether the items with the same value have the same title (`unclear` if it is not the only one), another item's title,
 * or one that tells nothing.
 */
export type Says = 'same' | 'other' | 'nothing' | 'unclear';

/** What the titles say about two items with the same key or place. `titles` are the pairs with the same title. */
export const saysOf = (sides: Sides, titles: Pairs, known: number, fresh: number): Says => {
  const was = titles.toFresh.get(known) ?? fresh;
  const is = titles.toKnown.get(fresh) ?? known;
  if (was !== fresh || is !== known) return 'other';
  if (titles.toFresh.has(known)) return 'same';
  return sides.known[known]?.norm === sides.fresh[fresh]?.norm ? 'unclear' : 'nothing';
};

/** Values that stay in place while the titles move on, such as the rows of a table into which a person pastes cells. */
export const isContradicted = (says: readonly Says[]): boolean => {
  const others = says.filter((each) => each === 'other').length;
  const same = says.filter((each) => each === 'same').length;
  return others >= 3 && others > same;
};

/** What the nearest number before (and at) each place says. */
const nearest = (says: readonly Says[]): Says[] => {
  let last: Says = 'nothing';
  return says.map((each) => {
    if (each === 'same' || each === 'other') last = each;
    return last;
  });
};

/**
 * Positions name another item as soon as a row is inserted before them. So a number that may be a position counts only
 * between neighbours that still have their titles. A number without neighbours counts if `isStableElsewhere`.
 */
export const countsBetween = (says: readonly Says[], isStableElsewhere: boolean): boolean[] => {
  const before = nearest(says);
  const after = nearest(says.toReversed()).toReversed();
  return says.map((own, at) => {
    if (own === 'other' || own === 'unclear') return false;
    const neighbours = [before[at], after[at]].filter((each) => each !== 'nothing');
    if (neighbours.length === 0) return says.length === 1 && isStableElsewhere;
    return neighbours.every((each) => each === 'same');
  });
};
