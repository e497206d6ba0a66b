import { display, fold } from '../../domain/planning/text.ts';
import { numberEnd } from './keys.ts';
import { enablerTypes, priorities, rejectedStatus, units, wont } from './lexicon.ts';

/** Where the first of some words ends. */
const wordEnd = (text: string): number => {
  const blank = text.indexOf(' ');
  return blank < 0 ? text.length : blank;
};

/** A number with an optional `~` and a decimal comma, and what follows it. */
const numberAtStart = (text: string): { value: number; rest: string } | undefined => {
  const start = text.startsWith('~') ? (text.charAt(1) === ' ' ? 2 : 1) : 0;
  const plain = text.replace(',', '.');
  const end = numberEnd(plain, start);
  const value = Number(plain.slice(start, end));
  return end === start || Number.isNaN(value) ? undefined : { value, rest: text.slice(end) };
};

/** Points, where the value is nothing else. With a unit only, if one is asked for. */
export const estimateOf = (text: string, { unit }: { unit: boolean }): number | undefined => {
  const number = numberAtStart(fold(display(text)));
  if (number === undefined) return undefined;
  const rest = number.rest.trim();
  return units.has(rest) || (rest === '' && !unit) ? number.value : undefined;
};

/** A number and nothing else. */
export const numberOf = (text: string): number | undefined => {
  const number = numberAtStart(fold(display(text)));
  return number?.rest === '' ? number.value : undefined;
};

const WORD_ENDS = ' (,;:/-–.';

const firstWord = (text: string): string => {
  let end = 0;
  while (end < text.length && !WORD_ENDS.includes(text.charAt(end))) end++;
  return text.slice(0, end);
};

/** Linear's number of a priority: the whole value or its first word is looked up. */
export const priorityOf = (text: string): 1 | 2 | 3 | 4 | undefined => {
  const folded = fold(display(text));
  return priorities.get(folded) ?? priorities.get(firstWord(folded));
};

/** Whether a text is a priority word and nothing else. */
export const isPriority = (text: string): boolean => priorities.has(fold(display(text)));

/** Whether a MoSCoW priority says that it will not be done. */
export const isWont = (text: string): boolean => {
  if (text === '') return false;
  const folded = fold(display(text));
  return wont.has(folded) || wont.has(folded.slice(0, wordEnd(folded)));
};

export const isRejected = (status: string): boolean =>
  status !== '' && rejectedStatus.has(fold(display(status)));

export const enablerTypeOf = (text: string) => enablerTypes.get(fold(display(text)));

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** An ISO date, if the text is one that exists. */
export const dateOf = (text: string): string | undefined => {
  const date = display(text);
  if (!DATE.test(date)) return undefined;
  const time = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date) ? date : undefined;
};

const YES = new Set(['yes', 'y', 'x', 'true', 'ja', 'oui', 'si', 'sim', '✓', '✔', '☑', '✅', 'はい', '○']);
const NO = new Set(['no', 'n', 'false', 'nein', 'non', 'nao', '✗', '✘', '❌', 'いいえ', '×']);

/** What a cell of an `Enabler` column says; nothing if it is neither yes nor no nor a type. */
export const yesOrNo = (text: string): boolean | undefined => {
  const word = fold(text);
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
};
