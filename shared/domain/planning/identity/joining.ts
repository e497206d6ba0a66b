import { type Ballot, ballotOf, type Comparison, joins } from './ballot.ts';
import type { Voter } from './evidence.ts';
import type { Contents } from './face.ts';
import { type Namesakes, namesakesAmong } from './namesakes.ts';
import { pair } from './pairs.ts';
import { finderOf } from './similar.ts';

/** The items of one level that are in no pair yet. */
export type Open = { known: () => number[]; fresh: () => number[] };

/** Joins two items, unless a person's word or a guard forbids it. */
export type Join = (known: number, fresh: number, by: Voter[]) => void;

const namedFor = ({ evidence }: Comparison, fresh: number): Set<number> => {
  const named = new Set<number>();
  for (const { toKnown } of evidence.titlesAndVotes) {
    const known = toKnown.get(fresh);
    if (known !== undefined) named.add(known);
  }
  return named;
};

/** Joins what the votes join, given whether a pair with a single vote is the closest by title. */
const joinByVotes = (
  comparison: Comparison,
  open: Open,
  join: Join,
  isClosest: (known: number, fresh: number, ballot: Ballot) => boolean,
): void => {
  for (const fresh of open.fresh()) {
    for (const known of namedFor(comparison, fresh)) {
      const ballot = comparison.joined.toFresh.has(known) ? undefined : ballotOf(comparison, known, fresh);
      if (ballot && joins(ballot, () => isClosest(known, fresh, ballot))) join(known, fresh, ballot.votes);
    }
  }
};

/** Pairs the namesakes with the same contents, and the only ones without any. */
const sameContents = ({ sides, evidence }: Comparison, { known, fresh }: Namesakes): Map<number, number> => {
  const isBare = ({ description, criteria }: Contents) => description === undefined && criteria === undefined;
  const bare = {
    known: known.filter((at) => isBare(sides.known[at]?.face.contents ?? {})),
    fresh: fresh.filter((at) => isBare(sides.fresh[at]?.face.contents ?? {})),
  };
  const pairs = new Map<number, number>();
  const left = new Set(fresh);
  for (const each of known) {
    const found = evidence.contents.map(({ toFresh }) => toFresh.get(each) ?? -1);
    const other = found.find((at) => left.delete(at));
    if (other !== undefined) pairs.set(each, other);
  }
  const [onlyKnown, onlyFresh] = [bare.known[0], bare.fresh[0]];
  if (
    bare.known.length === 1 &&
    bare.fresh.length === 1 &&
    onlyKnown !== undefined &&
    onlyFresh !== undefined
  )
    pairs.set(onlyKnown, onlyFresh);
  return pairs;
};

/** Namesakes with the same contents are the same ones. As many of the others as before are so too, in their order. */
const joinNamesakes = (comparison: Comparison, namesakes: Namesakes, join: Join): void => {
  const { known, fresh } = namesakes;
  const same = sameContents(comparison, namesakes);
  const taken = new Set(same.values());
  const others = known.length === fresh.length ? fresh.filter((at) => !taken.has(at)) : [];
  for (const each of known) {
    const other = same.get(each) ?? others.shift() ?? -1;
    const ballot = ballotOf(comparison, each, other);
    if (ballot && ballot.rivals.length === 0 && !ballot.differ && !ballot.isTorn)
      join(each, other, ['title']);
  }
};

/** Joins the items of one level. Those of the higher levels are settled before. */
export const joinLevel = (comparison: Comparison, open: Open, join: Join): void => {
  const { sides, evidence } = comparison;
  const { title } = evidence.votes;
  const untitled = {
    known: open.known().filter((at) => !title.toFresh.has(at)),
    fresh: open.fresh().filter((at) => !title.toKnown.has(at)),
  };
  for (const { known, fresh } of namesakesAmong(comparison, untitled.known, untitled.fresh)) {
    const [was, is] = [known[0], fresh[0]];
    const isOnly = known.length === 1 && fresh.length === 1;
    if (isOnly && was !== undefined && is !== undefined) pair(title, was, is);
  }
  joinByVotes(comparison, open, join, () => false);

  const closeFresh = finderOf(sides.fresh, open.fresh());
  const closeKnown = finderOf(sides.known, open.known());
  joinByVotes(comparison, open, join, (known, fresh, ballot) => {
    const [was, is] = [sides.known[known], sides.fresh[fresh]];
    const others = [
      ...(was ? closeFresh(was, ballot.alike) : []).filter(({ at }) => at !== fresh),
      ...(is ? closeKnown(is, ballot.alike) : []).filter(({ at }) => at !== known),
    ];
    return others.every((other) => other.alike <= ballot.alike);
  });

  const isPresent = (at: number) => sides.known[at]?.isMissing === false;
  for (const group of namesakesAmong(comparison, open.known().filter(isPresent), open.fresh()))
    joinNamesakes(comparison, group, join);
};
