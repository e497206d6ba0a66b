export const indentOf = (line: string): number => {
  let at = 0;
  while (line.charAt(at) === ' ') at++;
  return at;
};

/** A line without the spaces around it. Other blanks are text. */
export const trimmed = (line: string): string => {
  let end = line.length;
  while (line.charAt(end - 1) === ' ') end--;
  return line.slice(Math.min(indentOf(line), end), end);
};

/** Blanks that Markdown's rules treat in ways of their own. */
const ODD_BLANK = /[\0\t\v\f\u0085\u1680\u2000-\u200B\u2028\u2029\u205F\u3000\uFEFF]/;

/** What means something only together with the rest of the text: definitions, HTML, Linear's sections. */
const FAR_REACHING = /\]:|^(?:<(?!https?:)|\+\+\+)/;

export const isIntricate = (line: string): boolean =>
  ODD_BLANK.test(line) || FAR_REACHING.test(trimmed(line));

/** Whether a line is a rule. */
export const isRule = (line: string): boolean => {
  const indent = indentOf(line);
  const mark = line.charAt(indent);
  if (indent > 3 || mark === '' || !'*-_'.includes(mark)) return false;
  let count = 0;
  for (let at = indent; at < line.length; at++) {
    if (line.charAt(at) === mark) count++;
    else if (line.charAt(at) !== ' ') return false;
  }
  return count >= 3;
};

/** The start of a heading, quote, list item, fence or table, or a line of marks only. */
const BLOCK = /^(?:#{1,6}(?: |$)|[>|]|[-+*](?: |$)|\d{1,9}[.)](?: |$)|```|~~~|<(?!https?:)|\+\+\+|[-=:| ]+$)/;

/** Whether a text that starts a line may be more than the text of a paragraph. */
export const startsBlock = (text: string): boolean => BLOCK.test(text) || isRule(text);

/** How a list item starts: its number (`null` for a bullet), the mark after it, and the column of its text. */
export type Bullet = { indent: number; number: number | null; mark: string; column: number; text: string };

const BULLET = /^(?:[-+*]|(\d{1,6})([.)])) {1,4}(?=[^ ])/;

export const bulletOf = (line: string): Bullet | undefined => {
  const indent = indentOf(line);
  const rest = line.slice(indent);
  const [all, digits, mark] = BULLET.exec(rest) ?? [];
  if (all === undefined || isRule(rest)) return undefined;
  const number = digits === undefined ? null : Number(digits);
  return {
    indent,
    number,
    mark: mark ?? '-',
    column: indent + all.length,
    text: trimmed(rest.slice(all.length)),
  };
};
