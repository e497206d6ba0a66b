import type { Token } from 'markdown-it';
import { hasUnclearUrl } from './urls.ts';

/** A backslash escapes ASCII punctuation and nothing else. */
const ESCAPE = /\\[!-/:-@[-`{-~]/g;
const MARK = /[*_~]/g;
/** Marks that can be none: between blanks, within a word, before a word. */
const APART = /(?<!\S)\*(?!\S)|(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])|(?<![^\s(/])~(?=\w)/gu;

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** How many characters of marks each of these takes, with the one that closes it. */
const TAKEN: Record<string, number> = { em_open: 2, strong_open: 4, s_open: 4 };

/** What of a line is no text, so that marks in it are none. */
const verbatim = (token: Token): string =>
  ['href', 'src', 'title'].map((name) => `.${token.attrGet(name) ?? ''}`).join('') +
  (token.type === 'text' ? '' : `.${token.content}.`);

/** Whether a line has marks without a partner, which decide how others pair. */
const hasLoneMark = (content: string, children: readonly Token[]): boolean => {
  const text = content.replace(ESCAPE, '.');
  let left = count(text, MARK) - count(text, APART);
  if (count(text, MARK) === 0) return false;
  for (const token of children) {
    const inside = verbatim(token);
    left -= (TAKEN[token.type] ?? 0) + count(inside, MARK) - count(inside, APART);
  }
  return left !== 0;
};

/** Whether code or an image goes on in the next line. Parsers differ in the blanks there. */
const hasUnclearBreak = (content: string, children: readonly Token[]): boolean => {
  if (!content.includes('\n')) return false;
  let from = 0;
  for (const { type, content: code } of children) {
    if (type === 'image') return true;
    if (type !== 'code_inline') continue;
    from = content.indexOf(code, from);
    if (from < 0) return true;
    from += code.length;
  }
  return false;
};

/** Whether parsers could differ in what they read in a line. */
export const isUnclear = (line: Token): boolean => {
  const { content, children } = line;
  return (
    hasUnclearUrl(line) || hasLoneMark(content, children ?? []) || hasUnclearBreak(content, children ?? [])
  );
};
