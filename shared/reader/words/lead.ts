import type { EnablerType } from '../../domain/planning/plan.ts';
import type { Folded } from './folded.ts';
import { type Key, keyAt, numberEnd, numberedKey } from './keys.ts';
import { enablerTypes, finder, type LevelWord, levelWords } from './lexicon.ts';

/** What stands before a title and its separator. `end` is a position of the folded text. */
export type Lead = {
  word?: LevelWord;
  enabler?: EnablerType;
  key?: Key;
  end: number;
  aside?: Span;
  isNumbered?: boolean;
};

/** A bracket that is about something else. It stays in the title. */
type Span = { start: number; end: number };

const levelAt = finder(levelWords);
const typeAt = finder(enablerTypes);

/** The first two characters of whatever may stand before a key. */
const leadStarts = new Set([...levelWords.keys(), ...enablerTypes.keys()].map((word) => word.slice(0, 2)));
const PLAIN_START = /^[!-~]{2}/;

const skipBlanks = (text: string, at: number): number => (text.charAt(at) === ' ' ? at + 1 : at);

/** Whether a text may start with a level word. Other than ASCII and blanks may fold to anything. */
export const mayLead = (text: string): boolean =>
  !PLAIN_START.test(text) || leadStarts.has(text.slice(0, 2).toLowerCase());

/** Reads `[TYPE ][ENABLER ]LEVEL|ENABLER [(…)] [KEY|n|[KEY]] [(…)]`. */
export const leadOf = (line: Folded): Lead | undefined => {
  const { folded } = line;
  const lead: Lead = { end: 0 };
  const type = typeAt(folded, 0);
  // "Spike" and others are both a type and a level.
  const isType = type !== undefined && levelAt(folded, skipBlanks(folded, type.end)) !== undefined;
  if (isType) lead.enabler = type.value;
  let at = isType ? skipBlanks(folded, type.end) : 0;
  let level = levelAt(folded, at);
  if (level === undefined) return undefined;
  if (level.value === 'enabler') {
    lead.enabler ??= 'untyped';
    const next = levelAt(folded, skipBlanks(folded, level.end));
    if (next !== undefined && next.value !== 'enabler') level = next;
  }
  lead.word = level.value;
  lead.end = level.end;
  readBracket(lead, folded);
  at = skipBlanks(folded, lead.end);
  const keyed = keyFrom(line, at, level.value);
  if (keyed !== undefined) {
    lead.key = keyed.key;
    lead.end = keyed.end;
    lead.isNumbered = keyed.isNumbered;
    readBracket(lead, folded);
  }
  if (lead.word === 'spike') lead.enabler = 'exploration';
  return lead;
};

/** A key, a key in brackets, or a bare number. */
const keyFrom = ({ text, at: toText, folded }: Folded, at: number, word: LevelWord) => {
  const isOpen = folded.charAt(at) === '[';
  const start = isOpen ? at + 1 : at;
  const found = keyAt(text, toText(start));
  if (found !== undefined) {
    const end = start + found.key.text.length;
    if (!isOpen) return { key: found.key, end, isNumbered: false };
    return folded.charAt(end) === ']' ? { key: found.key, end: end + 1, isNumbered: false } : undefined;
  }
  const end = isOpen ? at : numberEnd(folded, at);
  return end === at ? undefined : { key: numberedKey(word, folded.slice(at, end)), end, isNumbered: true };
};

/** Longer than any level word with its type, its key and its brackets. */
export const LONGEST_LEAD = 160;

const PARTS = /[,;/&+]/;

/** Takes what a bracket says about enablers and their level; what it says else stays in the title. */
const readBracket = (lead: Lead, folded: string): void => {
  const open = skipBlanks(folded, lead.end);
  if (folded.charAt(open) !== '(') return;
  const close = folded.indexOf(')', open);
  if (close < 0) return;
  let isAside = false;
  for (const part of folded.slice(open + 1, close).split(PARTS)) {
    const word = part.trim();
    const type = enablerTypes.get(word);
    const level = levelWords.get(word);
    if (type !== undefined) {
      if (lead.enabler === undefined || lead.enabler === 'untyped') lead.enabler = type;
    } else if (level === 'enabler') lead.enabler ??= 'untyped';
    else if (level !== undefined && lead.word === 'enabler') lead.word = level;
    else isAside = true;
  }
  if (isAside) lead.aside ??= { start: open, end: close + 1 };
  lead.end = close + 1;
};
