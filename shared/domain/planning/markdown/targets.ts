/** The longest URL and the longest title that count as such. */
const MOST = 2_000;

const unescaped = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/g, '$1');

const blanksEnd = (text: string, from: number): number => {
  let at = from;
  while (at < from + MOST && (text.charAt(at) === ' ' || text.charAt(at) === '\n')) at++;
  return at;
};

/** Where a URL without pointed brackets ends: at a blank, or at a parenthesis that it did not open. */
const urlEnd = (text: string, from: number): number => {
  let depth = 0;
  for (let at = from; at < from + MOST; at++) {
    const character = text.charAt(at);
    if (character === '' || character <= ' ') return at;
    if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return at;
  }
  return -1;
};

const closing: Record<string, string> = { '"': '"', "'": "'", '(': ')' };

const titleEnd = (text: string, from: number): number => {
  const close = closing[text.charAt(from)];
  if (close === undefined) return -1;
  for (let at = from + 1; at < from + MOST && at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === close) return at;
  }
  return -1;
};

/** The target of a link, whose parenthesis opened before `from`. */
export const targetAt = (
  text: string,
  from: number,
): { url: string; title: string; end: number } | undefined => {
  const start = blanksEnd(text, from);
  const pointed = text.charAt(start) === '<' ? /<([^<>\n]{0,2000})>/y : undefined;
  if (pointed) pointed.lastIndex = start;
  const inside = pointed?.exec(text);
  if (pointed && !inside) return undefined;
  const end = inside ? start + inside[0].length : urlEnd(text, start);
  if (end < 0) return undefined;
  const url = unescaped(inside?.[1] ?? text.slice(start, end));
  const afterUrl = blanksEnd(text, end);
  const lastOfTitle = afterUrl > end ? titleEnd(text, afterUrl) : -1;
  const title = lastOfTitle < 0 ? '' : unescaped(text.slice(afterUrl + 1, lastOfTitle));
  const close = lastOfTitle < 0 ? afterUrl : blanksEnd(text, lastOfTitle + 1);
  return text.charAt(close) === ')' ? { url, title, end: close + 1 } : undefined;
};

const URL_START = /https?:\/\/[\p{L}\p{N}]/iuy;
const URL_END = '?!.,:*_~\'"';

/** A bare URL that starts at `at`, without the punctuation after it. */
export const urlAt = (text: string, at: number): string | undefined => {
  URL_START.lastIndex = at;
  const before = at === 0 ? ' ' : text.charAt(at - 1);
  if (!/[\s*_~(]/.test(before) || !URL_START.test(text)) return undefined;
  let end = at;
  let depth = 0;
  while (end < text.length && end < at + MOST && !/[\s<]/.test(text.charAt(end))) {
    if (text.charAt(end) === '(') depth++;
    if (text.charAt(end) === ')') depth--;
    end++;
  }
  for (;;) {
    const last = text.charAt(end - 1);
    if (last === ')' && depth < 0) depth++;
    else if (!URL_END.includes(last)) break;
    end--;
  }
  return text.slice(at, end);
};
