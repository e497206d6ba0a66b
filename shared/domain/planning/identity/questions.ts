import { type Ballot, ballotOf, type Comparison, isAtHome } from './ballot.ts';
import { CLOSE } from './entries.ts';
import { type Voter, voters } from './evidence.ts';
import { namesakesAmong } from './namesakes.ts';
import { pair } from './pairs.ts';
import { finderOf } from './similar.ts';

/** Why a person is asked: what speaks for the match. */
export type Why = Voter | 'guarded' | 'contents' | 'similar' | 'copy';

type Question = { known: number; fresh: number; why: Why; ballot: Ballot };

export type Candidates = {
  known: number[];
  fresh: number[];
  isRefused: (known: number, fresh: number) => boolean;
  /** The votes would join the two, but a person must see it first. */
  isGuarded: (known: number, fresh: number) => boolean;
};

/** Asks about the likeliest matches first. No item is in two questions. Returns why each is asked, by fresh item. */
export const ask = (comparison: Comparison, candidates: Candidates): Map<number, Why> => {
  const { sides, evidence, asked } = comparison;
  const isOpen = new Set(candidates.known);
  const present = candidates.known.filter((known) => sides.known[known]?.isMissing === false);
  const similar = finderOf(sides.known, present);
  const copies = new Map(
    namesakesAmong(comparison, present, candidates.fresh).flatMap(({ known, fresh }) =>
      fresh.map((each, at): [number, number] => [each, known[at] ?? -1]),
    ),
  );
  const questions: Question[] = [];
  for (const fresh of candidates.fresh) {
    const is = sides.fresh[fresh];
    if (!is) continue;
    const named = [...evidence.titlesAndVotes, ...evidence.contents, evidence.families].flatMap(
      ({ toKnown }) => toKnown.get(fresh) ?? [],
    );
    const close = similar(is, CLOSE).map(({ at }) => at);
    for (const known of new Set([...named, ...close, copies.get(fresh) ?? -1])) {
      const was = sides.known[known];
      const ballot = ballotOf(comparison, known, fresh);
      if (!was || !ballot || !isOpen.has(known) || candidates.isRefused(known, fresh)) continue;
      const [vote] = ballot.votes;
      const isClose = ballot.alike >= CLOSE && isAtHome(comparison, was, is);
      if (candidates.isGuarded(known, fresh)) questions.push({ known, fresh, why: 'guarded', ballot });
      else if (vote) questions.push({ known, fresh, why: vote, ballot });
      else if (was.isMissing) continue;
      else if (isClose && !ballot.differ)
        questions.push({ known, fresh, why: ballot.alike === 1 ? 'copy' : 'similar', ballot });
      else if (ballot.isKept) questions.push({ known, fresh, why: 'contents', ballot });
    }
  }
  const weight = ({ why, ballot }: Question) => {
    if (why === 'guarded') return voters.length + 1;
    return ballot.isTorn ? 0 : Math.max(ballot.votes.length, ballot.isFamily ? 1 : 0);
  };
  questions.sort(
    (a, b) =>
      weight(b) - weight(a) ||
      b.ballot.alike - a.ballot.alike ||
      Number(b.ballot.isKept) - Number(a.ballot.isKept) ||
      a.known - b.known ||
      a.fresh - b.fresh,
  );
  const why = new Map<number, Why>();
  for (const question of questions) {
    if (asked.toFresh.has(question.known) || asked.toKnown.has(question.fresh)) continue;
    pair(asked, question.known, question.fresh);
    why.set(question.fresh, question.why);
  }
  return why;
};
