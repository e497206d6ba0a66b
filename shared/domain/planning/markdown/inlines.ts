import { emphasized, type Part, type Run } from './emphasis.ts';
import { targetAt, urlAt } from './targets.ts';
import type { Inline } from './tree.ts';

const PUNCTUATION = /[\p{P}\p{S}]/u;
const isBlank = (character: string) => character.trim() === '';
const isEscapable = (character: string) => /^[!-/:-@[-`{-~]$/.test(character);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|nbsp|apos));/y;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', apos: "'" };
const HTML = /<(?:\/?[A-Za-z][^<>\n]{0,1000}|!--[^<>]{0,1000}--)>/y;
const AUTOLINK = /<([A-Za-z][A-Za-z\d+.-]{1,31}:[^\s<>]{0,2000})>/y;
const PLAIN = /[^\\`*_~[\]!<&\nhH]+/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const characterOf = ([, decimal, hex, name]: RegExpExecArray): string => {
  if (name !== undefined) return NAMED[name] ?? '';
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
    ? '\uFFFD'
    : String.fromCodePoint(code);
};

const runAt = (text: string, at: number): Run => {
  const mark = text.charAt(at);
  let end = at;
  while (text.charAt(end) === mark) end++;
  const before = at === 0 ? ' ' : String.fromCodePoint(text.codePointAt(at - 1) ?? 32);
  const isAtEnd = end >= text.length || text.startsWith('\\\n', end);
  const after = isAtEnd ? ' ' : String.fromCodePoint(text.codePointAt(end) ?? 32);
  const [opensWord, closesWord] = [PUNCTUATION.test(before), PUNCTUATION.test(after)];
  const isLeft = !isBlank(after) && (!closesWord || isBlank(before) || opensWord);
  const isRight = !isBlank(before) && (!opensWord || isBlank(after) || closesWord);
  const isWordMark = mark === '_';
  return {
    is: 'run',
    mark,
    count: end - at,
    length: end - at,
    canOpen: isLeft && (!isWordMark || !isRight || opensWord) && (mark !== '~' || end - at < 3),
    canClose: isRight && (!isWordMark || !isLeft || closesWord) && (mark !== '~' || end - at < 3),
  };
};

/** Where each run of backticks starts, by its length. */
const ticksIn = (text: string): Map<number, number[]> => {
  const runs = new Map<number, number[]>();
  for (const { index, 0: run } of text.matchAll(/`+/g)) {
    const starts = runs.get(run.length);
    if (starts) starts.push(index);
    else runs.set(run.length, [index]);
  }
  // Read from their ends.
  for (const starts of runs.values()) starts.reverse();
  return runs;
};

const codeText = (text: string): string => {
  const line = text.replaceAll('\n', ' ');
  const isPadded = line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '';
  return isPadded ? line.slice(1, -1) : line;
};

/** The inlines of a paragraph or heading. */
export const inlinesOf = (text: string): Inline[] => {
  const ticks = ticksIn(text);
  const parts: Part[] = [];
  /** Open brackets: where their parts start, and whether they open an image. */
  const brackets: { from: number; isImage: boolean }[] = [];
  const add = (part: string) => parts.push({ is: 'text', text: part });
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    const plain = matchAt(PLAIN, text, at);
    if (plain) {
      add(plain[0]);
      at += plain[0].length;
    } else if (character === '\n') {
      parts.push({ is: 'break', isHard: false });
      at++;
    } else if (character === '\\' && next === '\n') {
      parts.push({ is: 'break', isHard: true });
      at += 2;
    } else if (character === '\\' && isEscapable(next)) {
      add(next);
      at += 2;
    } else if (character === '`') {
      const [run = ''] = matchAt(/`+/y, text, at) ?? [];
      const starts = ticks.get(run.length) ?? [];
      while ((starts.at(-1) ?? text.length) < at + run.length) starts.pop();
      const end = starts.at(-1);
      if (end === undefined) add(run);
      else parts.push({ is: 'code', text: codeText(text.slice(at + run.length, end)) });
      at = end === undefined ? at + run.length : end + run.length;
    } else if (character === '*' || character === '_' || character === '~') {
      const run = runAt(text, at);
      parts.push(run);
      at += run.length;
    } else if (character === '[' || (character === '!' && next === '[')) {
      const isImage = character === '!';
      brackets.push({ from: parts.length, isImage });
      add(isImage ? '![' : '[');
      at += isImage ? 2 : 1;
    } else if (character === ']') {
      const bracket = brackets.pop();
      const target = bracket && next === '(' ? targetAt(text, at + 2) : undefined;
      if (bracket && target) {
        const inside = emphasized(parts.splice(bracket.from).slice(1));
        const { url, title } = target;
        parts.push({ is: bracket.isImage ? 'image' : 'link', url, title, text: inside });
        // A link has no links inside: what opened before it opens none.
        if (!bracket.isImage) brackets.length = 0;
      } else add(']');
      at = bracket && target ? target.end : at + 1;
    } else if (character === '<') {
      const link = matchAt(AUTOLINK, text, at);
      const html = link ? null : matchAt(HTML, text, at);
      if (link?.[1])
        parts.push({ is: 'link', url: link[1], title: '', text: [{ is: 'text', text: link[1] }] });
      else if (html) parts.push({ is: 'html', text: html[0] });
      else add('<');
      at += (link ?? html)?.[0].length ?? 1;
    } else if (character === '&') {
      const entity = matchAt(ENTITY, text, at);
      add(entity ? characterOf(entity) : '&');
      at += entity?.[0].length ?? 1;
    } else {
      const url = brackets.length === 0 ? urlAt(text, at) : undefined;
      if (url) parts.push({ is: 'link', url, title: '', text: [{ is: 'text', text: url }] });
      else add(character);
      at += url?.length ?? 1;
    }
  }
  return emphasized(parts);
};
