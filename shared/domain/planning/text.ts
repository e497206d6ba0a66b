/**
 * How a page's text is compared and shown. No function here uses a regular expression that can backtrack: trailing
 * characters are stripped by loops, because `/[…]+$/` takes quadratic time.
 */

const INVISIBLE = /[\u00AD\u200B\u200C\u2060\uFEFF]/g;
const BLANKS = /\s+/g;
/** A character other than ASCII, or a blank at an end or beside another. */
const NOT_PLAIN = /[^ -~]|^ | $| {2}/;

/** Whether a text is one line of ASCII already, as most are: then nothing of what follows changes it. */
const isPlainLine = (text: string): boolean => !NOT_PLAIN.test(text);

const cleanLine = (text: string): string => {
  const line = text.trim();
  return isPlainLine(line) ? line : line.normalize('NFC').replace(INVISIBLE, '').replace(BLANKS, ' ').trim();
};

/** One line: NFC, without invisible characters, every run of white space one blank. */
export const oneLine = (text: string): string => (isPlainLine(text) ? text : cleanLine(text));

const SINGLE_QUOTES = /[\u00B4\u2018-\u201B\u2032\u2039\u203A]/g;
const DOUBLE_QUOTES = /[\u00AB\u00BB\u201C-\u201F\u2033]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const MARKS = /[\u0300-\u036F]/g;

/** The form that words are looked up and compared in: no case, no accents, ASCII quotes and dashes. */
export const fold = (text: string): string => {
  if (isPlainLine(text)) return text.toLowerCase();
  return oneLine(
    cleanLine(text)
      // Before NFKD, which turns some of them into a blank and a mark.
      .replace(SINGLE_QUOTES, "'")
      .replace(DOUBLE_QUOTES, '"')
      .normalize('NFKD')
      .replace(MARKS, '')
      .normalize('NFKC'),
  )
    .toLowerCase()
    .replace(DASHES, '-')
    .replaceAll('ß', 'ss');
};

const EMOJI =
  /(?![©®™])[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u{E0020}-\u{E007F}]/gu;
/** What joins or varies emoji. */
const EMOJI_JOINERS = /\u200D|\u20E3|\uFE0F/g;
/** A mark that ends a word. One that starts a word, as in ".NET", keeps its blank. */
const BLANK_BEFORE_MARK = / (?=[,.;:)](?:[ ,.;:)]|$))/g;
const LEADING = ' :,;–—|·-';
const TRAILING = ' :.。,、;–—|·-';

const isPlainAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
};

/** `text` without the characters of `leading` at its start and of `trailing` at its end. */
const stripped = (text: string, leading: string, trailing: string): string => {
  if (isPlainAt(text, 0) && isPlainAt(text, text.length - 1)) return text;
  let start = 0;
  let end = text.length;
  while (start < end && leading.includes(text.charAt(start))) start++;
  while (end > start && trailing.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
};

/** `text` without the separators at its end. */
export const withoutTrailing = (text: string): string => stripped(text, '', TRAILING);

/** A title or a short value as it is shown: without emoji and without separators at its ends. */
export const display = (text: string): string => {
  const line = isPlainLine(text) ? text : oneLine(withoutEmoji(cleanLine(text)));
  return stripped(line.replace(BLANK_BEFORE_MARK, ''), LEADING, TRAILING);
};

const withoutEmoji = (text: string): string => text.replace(EMOJI, '').replace(EMOJI_JOINERS, '');

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

/** Where the text after an outline number such as `2.3.1. ` starts; 0 without one. A bare `2 ` is none. */
export const outlineEnd = (text: string): number => {
  let at = 0;
  let hasMark = false;
  while (isDigit(text, at)) {
    while (isDigit(text, at)) at++;
    const mark = text.charAt(at);
    if (mark !== '.' && mark !== ')') break;
    hasMark = true;
    at++;
    if (mark === ')') break;
  }
  return hasMark && text.charAt(at).trim() === '' && at < text.length ? at + 1 : 0;
};

const BRACKETS: Record<string, string> = { ')': '(', ']': '[' };

/** Where the last `(…)` or `[…]` opens, if `text` ends with one; else -1. */
export const trailingBracket = (text: string): number => {
  const open = BRACKETS[text.charAt(text.length - 1)];
  return open === undefined ? -1 : text.lastIndexOf(open);
};

/** The form of a heading, a column's name or a label in which it is looked up. */
export const label = (text: string): string => {
  const folded = fold(display(text));
  const words = stripped(folded.slice(outlineEnd(folded)), ' ', ' :*');
  const bracket = trailingBracket(words);
  return bracket > 0 ? stripped(words.slice(0, bracket), ' ', ' :*') : words;
};

const ALPHANUMERIC = /[\p{L}\p{N}\p{M}]/u;

/** The form of a title that tells whether two titles are the same. */
export const titleNorm = (title: string): string => {
  const folded = fold(display(title));
  if (isPlainAt(folded, 0) && isPlainAt(folded, folded.length - 1)) return folded;
  const characters = [...folded];
  const first = characters.findIndex((character) => ALPHANUMERIC.test(character));
  const last = characters.findLastIndex((character) => ALPHANUMERIC.test(character));
  return (first < 0 ? characters : characters.slice(first, last + 1)).join('');
};
