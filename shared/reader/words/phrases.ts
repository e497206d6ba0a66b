import { foldedLine } from './folded.ts';
import { type Key, keyAt, keysIn, type PageKeys } from './keys.ts';
import {
  blocksPhrases,
  depPhrases,
  depPhrasesAfter,
  finder,
  isWordEnd,
  isWordStart,
  levelColumns,
} from './lexicon.ts';

/** Keys that a text says its item depends on, and keys of items that it says depend on it. */
export type Mentioned = { needs: Key[]; blocks: Key[] };

const NONE: Mentioned = { needs: [], blocks: [] };
const MARKS = ',;、/+&';
const AND = new Set(['and', 'und', 'et']);
const levelAt = finder(levelColumns);

/** Where the next key of a list may start, after marks, `and` and a level word. */
const nextInList = (folded: string, from: number, isFirst: boolean): number => {
  let at = from;
  if (isFirst && folded.charAt(at) === ':') at++;
  for (;;) {
    while (folded.charAt(at) === ' ' || (!isFirst && MARKS.includes(folded.charAt(at)) && at < folded.length))
      at++;
    const word = folded.slice(at, at + 4).split(' ', 1)[0] ?? '';
    if (isFirst || !AND.has(word)) break;
    at += word.length;
  }
  const level = levelAt(folded, at);
  return level !== undefined && folded.charAt(level.end) === ' ' ? level.end + 1 : at;
};

/** Finds `depends on F1, F2 and S3` and the like. Only phrases that keys follow count. */
export const mentionedIn = (source: string, keys: PageKeys): Mentioned => {
  if (keysIn(source).length === 0) return NONE;
  const line = foldedLine(source);
  const { folded, text } = line;
  const listAfter = (end: number): Key[] => {
    const list: Key[] = [];
    for (let at = nextInList(folded, end, true); ; ) {
      const found = keyAt(text, line.at(at));
      if (found === undefined || !keys.isKey(found.key)) return list;
      list.push(found.key);
      const next = nextInList(folded, at + found.key.text.length, false);
      if (next === at + found.key.text.length) return list;
      at = next;
    }
  };
  const after = (phrases: readonly string[]): Key[] => {
    const found: Key[] = [];
    for (const phrase of phrases)
      for (let at = folded.indexOf(phrase); at >= 0; at = folded.indexOf(phrase, at + 1))
        if (isWordStart(folded, at) && isWordEnd(folded, at + phrase.length))
          for (const key of listAfter(at + phrase.length)) found.push(key);
    return found;
  };
  return { needs: [...after(depPhrases), ...before(text, keys)], blocks: after(blocksPhrases) };
};

const JOINS = new Set(['', ',', '、', 'と', 'や', '/', '・', 'および', 'and']);

/** Japanese puts the phrase after the keys: `F1、F2に依存`. */
const before = (text: string, keys: PageKeys): Key[] => {
  if (!depPhrasesAfter.some((phrase) => text.includes(phrase))) return [];
  const found: Key[] = [];
  let list: Key[] = [];
  let end = 0;
  for (const { key, start, end: keyEnd } of keysIn(text)) {
    if (!keys.isKey(key)) continue;
    if (list.length > 0 && !JOINS.has(text.slice(end, start).trim())) list = [];
    list.push(key);
    end = keyEnd;
    const rest = text.slice(end, end + 12).trimStart();
    if (!depPhrasesAfter.some((phrase) => rest.startsWith(phrase))) continue;
    for (const one of list) found.push(one);
    list = [];
  }
  return found;
};
