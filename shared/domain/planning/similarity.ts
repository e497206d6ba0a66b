import { titleNorm } from './text.ts';

const NOT_WORD = /[^\p{L}\p{N}\p{M}]+/u;
/** Languages that do not separate words by blanks. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** What two titles are compared by: words, or pairs of neighbouring characters in Japanese. */
export const partsOf = (title: string): string[] => {
  const norm = titleNorm(title);
  if (!UNSPACED.test(norm)) return norm.split(NOT_WORD).filter((word) => word !== '');
  const characters = [...norm].filter((character) => character !== ' ');
  return characters.length < 2
    ? characters
    : characters.slice(1).map((character, at) => `${characters[at]}${character}`);
};

/** Twice the share of common parts: 1 for the same parts in any order, 0 for none. Repeated parts count once each. */
export const dice = (a: readonly string[], b: readonly string[]): number => {
  if (a.length + b.length === 0) return 1;
  const left = new Map<string, number>();
  for (const part of a) left.set(part, (left.get(part) ?? 0) + 1);
  let common = 0;
  for (const part of b) {
    const count = left.get(part) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(part, count - 1);
  }
  return (2 * common) / (a.length + b.length);
};

/** How alike two titles are, from 0 to 1. */
export const similarity = (a: string, b: string): number => dice(partsOf(a), partsOf(b));
