import type { Token } from 'markdown-it';
import { hasUnclearUrl } from './urls.ts';

const ESCAPE = /\\[\s\S]/g;
const TILDE = /~/g;
/** A tilde before a word, such as one that says about. */
const APART = /(?<![^\s(/])~(?=\w)/g;

const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;

/** Whether a line has tildes that neither strike text nor stand apart. */
const hasUnclearTilde = (content: string, children: readonly Token[]): boolean => {
  if (!content.includes('~')) return false;
  const text = content.replace(ESCAPE, '');
  let clear = count(text, APART);
  for (const { type, content: code } of children)
    if (type === 's_open') clear += 4;
    else if (type === 'code_inline') clear += count(code, TILDE) - count(code, APART);
  return count(text, TILDE) !== clear;
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
    hasUnclearUrl(line) ||
    hasUnclearTilde(content, children ?? []) ||
    hasUnclearBreak(content, children ?? [])
  );
};
