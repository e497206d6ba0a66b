import { ALIKE, alike, type Entry, type Sides } from './entries.ts';
import { type Evidence, type Voter, voters } from './evidence.ts';
import type { Pairs } from './pairs.ts';

/** What is known while two readings are compared. `asked` are pairs that a person will be asked about. */
export type Comparison = { sides: Sides; evidence: Evidence; joined: Pairs; asked: Pairs };

/** What speaks for and against two items being the same. */
export type Ballot = {
  votes: Voter[];
  alike: number;
  /** Other items that votes name for one of the two: how many votes they have, and how alike the titles are. */
  rivals: { votes: number; alike: number }[];
  /** One of the two stands below an item that continues elsewhere. */
  isMoved: boolean;
  /** They have other keys or other issues. */
  differ: boolean;
  /** The children of each now stand below another item: the titles moved, not the items. */
  isTorn: boolean;
  /** Most children are the same. */
  isFamily: boolean;
  /** Description, criteria or children are the same. */
  isKept: boolean;
};

export const counterpartOf = ({ joined, asked }: Comparison, known: number): number | undefined =>
  joined.toFresh.get(known) ?? asked.toFresh.get(known);

const knownCounterpartOf = ({ joined, asked }: Comparison, fresh: number): number | undefined =>
  joined.toKnown.get(fresh) ?? asked.toKnown.get(fresh);

/** An item whose parent is only gone or new stays where it is. */
const isMoved = (comparison: Comparison, known: Entry, fresh: Entry): boolean =>
  known.face.level !== fresh.face.level ||
  (counterpartOf(comparison, known.parent) ?? fresh.parent) !== fresh.parent ||
  (knownCounterpartOf(comparison, fresh.parent) ?? known.parent) !== known.parent;

/** Whether the parents of the two are the same item, or neither has one. */
export const isAtHome = (comparison: Comparison, known: Entry, fresh: Entry): boolean =>
  (known.parent < 0 ? -1 : counterpartOf(comparison, known.parent)) === fresh.parent;

const votesFor = ({ evidence, sides }: Comparison, known: number, fresh: number): Voter[] => {
  const isOtherLevel = sides.known[known]?.face.level !== sides.fresh[fresh]?.face.level;
  const agrees = (voter: Voter) =>
    evidence.votes[voter].toFresh.get(known) === fresh ||
    (voter === 'title' && isOtherLevel && evidence.otherLevel.toFresh.get(known) === fresh);
  return voters.filter(agrees);
};

export const ballotOf = (comparison: Comparison, known: number, fresh: number): Ballot | undefined => {
  const { sides, evidence } = comparison;
  const [was, is] = [sides.known[known], sides.fresh[fresh]];
  if (!was || !is) return undefined;
  const { families, contents } = evidence;
  const isFamily = families.toFresh.get(known) === fresh;
  const isKept = isFamily || contents.some(({ toFresh }) => toFresh.get(known) === fresh);
  const isOrphaned = is.parent < 0 && was.face.level === is.face.level;
  const rivals: { known: number; fresh: number }[] = [];
  for (const voter of voters) {
    const { toFresh, toKnown } = evidence.votes[voter];
    const other = { fresh: toFresh.get(known) ?? fresh, known: toKnown.get(fresh) ?? known };
    if (other.fresh !== fresh) rivals.push({ known, fresh: other.fresh });
    if (other.known !== known) rivals.push({ known: other.known, fresh });
  }
  return {
    votes: votesFor(comparison, known, fresh),
    alike: alike(was, is),
    rivals: rivals.map((rival) => {
      const [a, b] = [sides.known[rival.known], sides.fresh[rival.fresh]];
      return {
        votes: votesFor(comparison, rival.known, rival.fresh).length,
        alike: a && b ? alike(a, b) : 0,
      };
    }),
    isMoved: isMoved(comparison, was, is) && !(isOrphaned && isKept),
    differ: evidence.differ(was, is),
    isTorn:
      (families.toFresh.get(known) ?? fresh) !== fresh && (families.toKnown.get(fresh) ?? known) !== known,
    isFamily,
    isKept,
  };
};

/** Whether the votes join two items. A single vote counts only for a pair that no other title is closer to. */
export const joins = (ballot: Ballot, isClosest: () => boolean): boolean => {
  const { votes, rivals } = ballot;
  const isOutvoted = rivals.some((rival) => rival.alike >= ALIKE || rival.votes >= Math.max(votes.length, 2));
  if (isOutvoted || votes.length === 0) return false;
  if (votes.length > 1) return true;
  if (ballot.differ || ballot.isTorn) return false;
  if (votes[0] === 'title') return !ballot.isMoved && (rivals.length === 0 || ballot.isKept);
  return rivals.length === 0 && (ballot.isKept || (ballot.alike >= ALIKE && isClosest()));
};
