import { isAddress, linkAt, wordAt } from './links.ts';

const WORD = /[\p{L}\p{N}]/u;
const LETTER = /\p{L}/u;
const isWord = (character: string) => WORD.test(character);
const isSpace = (character: string) => character === '' || character === ' ' || character === '\n';
const isOdd = (character: string) => /\s/.test(character) && !isSpace(character);

/** Escapes that are never needed within a line of words. */
const NEEDLESS = '.,?)(-+={}%"\'';
const COMPOSED = /[^\P{L}\u212A][\p{L}\p{M}]*/gu;

/** Nothing but words. */
const SIMPLE = /^[A-Za-z\d ,.]*$/;

/** Emphasis that opens or closes without doubt. */
const roleOf = (before: string, after: string): 'opens' | 'closes' | undefined => {
  if (isOdd(before) || isOdd(after)) return undefined;
  if (!isSpace(after) && (isSpace(before) || ('([{"\''.includes(before) && isWord(after)))) return 'opens';
  if (!isSpace(before) && (isSpace(after) || ('.,;:!?)]}"\''.includes(after) && isWord(before))))
    return 'closes';
  return undefined;
};

const PLAIN = /[^\\`*_~[\]<\n \u00A0\u202F]+/y;
const plainAt = (text: string, at: number): string => {
  PLAIN.lastIndex = at;
  return PLAIN.exec(text)?.[0] ?? '';
};

type Context = { isCell?: boolean };

/**
 * A text with one spelling of emphasis, links and escapes, or as it is if anything in it is intricate: emphasis within
 * emphasis, marks without a partner, HTML, titles of links.
 */
export const inlines = (text: string, context: Context = {}): string =>
  SIMPLE.test(text) ? text : (rewritten(text, context) ?? text);

const rewritten = (text: string, { isCell = false }: Context): string | undefined => {
  let out = '';
  let open: string | undefined;
  let bracket: { open: string | undefined; from: number; at: number } | undefined;
  let hasLetter = false;
  /** Up to where words have been looked at. */
  let wordEnd = 0;
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const before = text.charAt(at - 1);
    const next = text.charAt(at + 1);
    const isStart = isSpace(before);
    const word = at < wordEnd ? '' : wordAt(text, at);
    wordEnd = Math.max(wordEnd, at + word.length);
    const plain = plainAt(text, at);
    if (isAddress(word)) {
      // Readers of Markdown differ in what ends an address.
      const after = text.charAt(at + word.length);
      const isEnd = isSpace(after) || (bracket !== undefined && text.startsWith('](', at + word.length));
      if (!isEnd || /[\\*~_&\s]/.test(word)) return undefined;
      const link = isStart && !bracket && open === undefined ? linkAt(text, at) : undefined;
      out += link ? `<${link}>` : word;
      at += link?.length ?? word.length;
      hasLetter = true;
    } else if (plain !== '') {
      hasLetter ||= LETTER.test(plain);
      out += plain;
      at += plain.length;
    } else if (character === '\\') {
      const after = text.charAt(at + 2);
      const isNeedless =
        (next === '@' && isStart) ||
        (next === '_' && isWord(before) && isWord(after)) ||
        (hasLetter &&
          ((NEEDLESS.includes(next) && next !== '' && !(next === '(' && before === ']')) ||
            (next === '*' && before === ' ' && after === ' ') ||
            (next === '|' && !isCell) ||
            (next === '<' && (isSpace(after) || /\d/.test(after)))));
      if (next === '\n') hasLetter = false;
      out += isNeedless ? next : character + next;
      at += 2;
    } else if (character === '`') {
      let end = at;
      while (text.charAt(end) === '`') end++;
      const ticks = text.slice(at, end);
      const close = text.indexOf('`', end);
      if (close < 0 || !text.startsWith(ticks, close) || text.charAt(close + ticks.length) === '`')
        return undefined;
      out += text.slice(at, close + ticks.length);
      at = close + ticks.length;
    } else if (character === '<') {
      const link = /\s/.test(next) || /\d/.test(next) || next === '' ? '' : linkAt(text, at + 1);
      if (link === undefined || (link !== '' && (bracket || text.charAt(at + 1 + link.length) !== '>')))
        return undefined;
      out += link === '' ? '<' : `<${link}>`;
      at += link === '' ? 1 : link.length + 2;
    } else if (character === '[') {
      if (bracket) return undefined;
      bracket = { open, from: out.length, at };
      out += character;
      at++;
    } else if (character === ']') {
      if (bracket && bracket.open !== open) return undefined;
      at++;
      if (bracket && next === '(') {
        const [all, pointed, plain] = matchTarget(text, at) ?? [];
        if (all === undefined) return undefined;
        const url = pointed ?? plain ?? '';
        const isBare =
          out.slice(bracket.from + 1) === url &&
          linkAt(url, 0) === url &&
          text.charAt(bracket.at - 1) !== '!';
        out = isBare ? `${out.slice(0, bracket.from)}<${url}>` : `${out}](${url})`;
        at += all.length;
      } else out += character;
      bracket = undefined;
    } else if ('*_~'.includes(character)) {
      let end = at;
      while (text.charAt(end) === character) end++;
      const run = text.slice(at, end);
      const after = text.charAt(end);
      const isText =
        (character === '_' && isWord(before) && isWord(after)) ||
        (run === '*' && before === ' ' && after === ' ' && hasLetter);
      const role = roleOf(before, after);
      const isPair = open === run ? role === 'closes' : role === 'opens' && open === undefined;
      if (!isText && (!isPair || (character === '~' ? run.length !== 2 : run.length > 2))) return undefined;
      if (!isText) open = open === undefined ? run : undefined;
      out += isText ? run : run.replaceAll('_', '*');
      at = end;
    } else {
      if (character === '\n') hasLetter = false;
      const isJoint = /[\u00A0\u202F]/.test(character) && hasLetter && isPlain(before) && isPlain(next);
      out += isJoint ? ' ' : character;
      at++;
    }
  }
  return open === undefined ? composed(out) : undefined;
};

const isPlain = (character: string) => /[\p{L}\p{N}.,:;!?%()«»€]/u.test(character);

const TARGET = /\((?:<([^\s<>\\()&`]{0,2000})>|([^\s<>\\()&`]{1,2000}))\)/y;
const matchTarget = (text: string, at: number): RegExpExecArray | null => {
  TARGET.lastIndex = at;
  return TARGET.exec(text);
};

/** With accents in one spelling, unless an address or code may be among the text, which it would change. */
const composed = (text: string): string =>
  /:\/\/|www|@|`|\]\(/i.test(text) ? text : text.replace(COMPOSED, (letters) => letters.normalize('NFC'));
