import { type Comparison, counterpartOf } from './ballot.ts';

/** Items of the same level with the same title below the same parent, in the order of the page. */
export type Namesakes = { known: number[]; fresh: number[] };

/** The namesakes among some items of one level. A known item whose parent is not found again has none. */
export const namesakesAmong = (
  comparison: Comparison,
  known: readonly number[],
  fresh: readonly number[],
): Namesakes[] => {
  const { sides } = comparison;
  const groups = new Map<string, Namesakes>();
  for (const at of fresh) {
    const name = `${sides.fresh[at]?.parent}|${sides.fresh[at]?.norm}`;
    const group = groups.get(name);
    if (group) group.fresh.push(at);
    else groups.set(name, { known: [], fresh: [at] });
  }
  for (const at of known) {
    const parent = sides.known[at]?.parent ?? -1;
    const home = parent < 0 ? -1 : counterpartOf(comparison, parent);
    groups.get(`${home}|${sides.known[at]?.norm}`)?.known.push(at);
  }
  return [...groups.values()].filter((group) => group.known.length > 0);
};
