import { display, fold, trailingBracket } from '../../domain/planning/text.ts';
import { finder, roles } from './lexicon.ts';

/** A planning interval or an iteration that rows and headings below stand in. */
export type Period = { pi: string } | { iteration: string };

const periodAt = finder(
  new Map(
    [...roles]
      .filter(([, role]) => role === 'pi' || role === 'iteration')
      .map(([word, role]) => [word, role]),
  ),
);
const hasDigit = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
};

/** Reads `Iteration 3`, `Sprint 2.1`, `IP Iteration` and `PI 2026.2`, which say nothing else. */
export const periodOf = (text: string): Period | undefined => {
  if (text.length > 80) return undefined;
  const shown = display(text);
  const bracket = trailingBracket(shown);
  const name = bracket > 0 ? display(shown.slice(0, bracket)) : shown;
  const folded = fold(name);
  if (folded === 'ip iteration') return { iteration: name };
  const found = periodAt(folded, 0) ?? periodAt(folded.replace('-', ' '), 0);
  if (found === undefined) return undefined;
  const number = folded.slice(found.end).replace('-', ' ').trim();
  if (number === '' || number.includes(' ') || !hasDigit(number)) return undefined;
  return found.value === 'pi' ? { pi: name } : { iteration: name };
};
