import { BOLD, ITALIC } from '../storage/runs.ts';

/** Wraps the words of a text, not the blanks around them, which would end the markup. */
export const around = (text: string, open: string, close = open): string => {
  const words = text.trim();
  if (words === '') return text;
  return `${text.startsWith(' ') ? ' ' : ''}${open}${words}${close}${text.endsWith(' ') ? ' ' : ''}`;
};

const PUNCTUATION = /[\p{P}\p{S}]/u;
const STOPS = ':.,;!?';

/** Whether a mark works between what is outside it and what is inside: it does not between a letter and a sign. */
export const works = (outside: string, inside: string): boolean =>
  outside.trim() === '' || PUNCTUATION.test(outside) || !PUNCTUATION.test(inside);

export const characterAt = (text: string, at: number): string =>
  String.fromCodePoint(text.codePointAt(at) ?? 32);
export const lastOf = (text: string): string => [...text.slice(-2)].at(-1) ?? ' ';

/** Bold and italic words, between two characters. Where the marks would not work, the words stay plain. */
export const emphasised = (text: string, marks: number, before: string, after: string): string => {
  const sign = `${(marks & BOLD) === 0 ? '' : '**'}${(marks & ITALIC) === 0 ? '' : '*'}`;
  const words = text.trim();
  if (sign === '' || words === '') return text;
  let end = text.trimEnd().length;
  if (end === text.length && !works(after, lastOf(text)))
    while (STOPS.includes(text.charAt(end - 1)) && text.charAt(end - 2) !== '\\') end--;
  const inside = text.slice(0, end);
  const next = end < text.length ? text.charAt(end) : after;
  const isFine =
    inside.trim() !== '' &&
    works(text.startsWith(' ') ? ' ' : before, characterAt(words, 0)) &&
    works(next, lastOf(inside)) &&
    (before !== '*' || text.startsWith(' '));
  return isFine ? `${around(inside, sign)}${text.slice(end)}` : text;
};
