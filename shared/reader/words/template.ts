import { display, fold } from '../../domain/planning/text.ts';
import { onlyKey } from './keys.ts';
import { templateStarts, templateWords } from './lexicon.ts';

const BRACKETS: Record<string, string> = { '[': ']', '<': '>', '{': '}' };

/** Longer than what any template's words start with, and than any of them with marks around. */
const LONGEST_START = 20;
const LONGEST_WORDS = 40;

/** Whether brackets stand around the whole text. */
const isBracketed = (text: string): boolean => {
  const close = BRACKETS[text.charAt(0)];
  return close !== undefined && text.length > 1 && text.indexOf(close) === text.length - 1;
};

/** Whether a title is what a template leaves to be filled in. */
export const isTemplate = (title: string): boolean => {
  if (title === '') return false;
  const opening = fold(title.slice(0, LONGEST_START));
  if (templateStarts.some((start) => opening.startsWith(start))) return true;
  if (title.length > LONGEST_WORDS && !(title.charAt(0) in BRACKETS)) return false;
  const folded = fold(title);
  if (isBracketed(folded)) return onlyKey(title.slice(1, -1)) === undefined;
  const shown = display(title);
  return templateWords.has(folded) || (shown !== title && templateWords.has(fold(shown)));
};
