import type { Level } from '../../domain/planning/plan.ts';
import { type KeyKind, keyPrefixes, type LevelWord, lonelyKeys } from './lexicon.ts';

/** A key such as `F12`, `US-1` or `S1.2`. */
export type Key = {
  /** As written on the page. */
  text: string;
  /** Level letter and number: what keys are compared by. */
  canonical: string;
  kind: KeyKind;
};

const LETTERS: Record<KeyKind, string> = {
  epic: 'E',
  capability: 'C',
  feature: 'F',
  story: 'S',
  enabler: 'N',
};
/** Requirements are stories whose keys are counted apart. */
const REQUIREMENT = 'R';

const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const LONGEST_PREFIX = 10;

/** Where a number with optional `.digits` that starts at `at` ends; `at` if there is none. */
export const numberEnd = (text: string, at: number): number => {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end++;
  while (end > at && text.charAt(end) === '.' && isDigit(text.charCodeAt(end + 1))) {
    end++;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  return end;
};

const isAlphanumeric = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return isDigit(code) || isUpper(code) || (code >= 97 && code <= 122) || code === 95;
};

/** The key that starts at `at`, if one does. */
export const keyAt = (text: string, at: number): { key: Key; end: number } | undefined => {
  if (!isUpper(text.charCodeAt(at))) return undefined;
  let digits = at + 1;
  while (digits < at + LONGEST_PREFIX && isUpper(text.charCodeAt(digits))) digits++;
  const prefix = text.slice(at, digits);
  const kind = keyPrefixes.get(prefix);
  if (kind === undefined) return undefined;
  if (text.charAt(digits) === '-') digits++;
  const end = numberEnd(text, digits);
  if (end === digits || isAlphanumeric(text, end)) return undefined;
  const letter = prefix === 'REQ' ? REQUIREMENT : LETTERS[kind];
  const key = { text: text.slice(at, end), canonical: letter + text.slice(digits, end), kind };
  return { key, end };
};

/** The key that `text` consists of, if it is nothing else. */
export const onlyKey = (text: string): Key | undefined => {
  const found = keyAt(text, 0);
  return found?.end === text.length ? found.key : undefined;
};

const KINDS: Record<LevelWord, KeyKind> = {
  epic: 'epic',
  capability: 'capability',
  feature: 'feature',
  story: 'story',
  requirement: 'story',
  spike: 'story',
  enabler: 'enabler',
};

/** The key of a bare number after a level word: `Feature 3` is `F3`. */
export const numberedKey = (word: LevelWord, number: string): Key => {
  const letter = word === 'requirement' ? REQUIREMENT : LETTERS[KINDS[word]];
  return { text: letter + number, canonical: letter + number, kind: KINDS[word] };
};

/** Every key in running text, with its place. */
export const keysIn = (text: string): { key: Key; start: number; end: number }[] => {
  const found: { key: Key; start: number; end: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    if (!isUpper(text.charCodeAt(at))) continue;
    const here = at > 0 && isAlphanumeric(text, at - 1) ? undefined : keyAt(text, at);
    if (here !== undefined) found.push({ ...here, start: at });
    while (isUpper(text.charCodeAt(at + 1))) at++;
    if (here !== undefined) at = Math.max(at, here.end - 1);
  }
  return found;
};

/** A Jira key or a Linear identifier, such as `ABC-123`, that starts at `at`. Its end, or `at` if there is none. */
export const identifierEnd = (text: string, at: number): number => {
  let end = at;
  while (isUpper(text.charCodeAt(end)) || (end > at && isDigit(text.charCodeAt(end)))) end++;
  if (end - at < 1 || text.charAt(end) !== '-') return at;
  const digits = end + 1;
  end = digits;
  while (isDigit(text.charCodeAt(end))) end++;
  return end === digits || isAlphanumeric(text, end) ? at : end;
};

export const isIdentifier = (text: string): boolean => text !== '' && identifierEnd(text, 0) === text.length;

/** What is known about the keys of a page: which texts look like keys and are none, and which keys there are. */
export class PageKeys {
  readonly #canonical = new Set<string>();
  readonly #lonely: ReadonlySet<string>;

  constructor(keys: Iterable<Key>) {
    for (const { canonical } of keys) this.#canonical.add(canonical);
    const hasOther = (lonely: string) =>
      [...this.#canonical].some((key) => key !== lonely && key.startsWith(lonely.charAt(0)));
    // AWS S3 and an F5 load balancer are no keys, unless the page has other keys of that letter.
    this.#lonely = new Set([...lonelyKeys].filter((key) => !hasOther(key)));
  }

  isKey = (key: Key): boolean => !this.#lonely.has(key.text);

  /** How many levels below its letter's a dotted key stands: one for each prefix that is itself a key here. */
  depthOf = ({ canonical }: Key): number => {
    let depth = 0;
    for (let dot = canonical.indexOf('.'); dot >= 0; dot = canonical.indexOf('.', dot + 1))
      if (this.#canonical.has(canonical.slice(0, dot))) depth++;
    return depth;
  };
}

/** The level below, without capabilities, which few plans have. */
export const below: Record<Level, Level> = {
  epic: 'feature',
  capability: 'feature',
  feature: 'story',
  story: 'story',
};
