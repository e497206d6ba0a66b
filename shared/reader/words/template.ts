import { display, fold } from '../../domain/planning/text.ts';
import { onlyKey } from './keys.ts';
import { templateStarts, templateWords } from './lexicon.ts';

const BRACKETS: Record<string, string> = { '[': ']', '<': '>', '{': '}' };

/** Whether brackets stand around the whole text. */
const isBracketed = (text: string): boolean => {
  const close = BRACKETS[text.charAt(0)];
  return close !== undefined && text.length > 1 && text.indexOf(close) === text.length - 1;
};

/** Whether a title is what a template leaves to be filled in. */
export const isTemplate = (title: string): boolean => {
  if (title === '') return false;
  const folded = fold(title);
  if (isBracketed(folded)) return onlyKey(title.slice(1, -1)) === undefined;
  if (templateWords.has(folded) || templateWords.has(fold(display(title)))) return true;
  return templateStarts.some((start) => folded.startsWith(start));
};
