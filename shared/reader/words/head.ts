import type { EnablerType } from '../../domain/planning/plan.ts';
import { display, fold, outlineEnd } from '../../domain/planning/text.ts';
import { type Folded, foldedLine } from './folded.ts';
import { type Key, keyAt, numberEnd, numberedKey, onlyKey, type PageKeys } from './keys.ts';
import { enablerTypes, finder, type LevelWord, levelWords } from './lexicon.ts';

/** What a text says about its item before the title: `Enabler Story EN1 (infrastructure): Vault`. */
export type Head = {
  word?: LevelWord;
  enabler?: EnablerType;
  key?: Key;
  title: string;
};

/** What stands before a separator. `end` is a position of the folded text. */
type Lead = Omit<Head, 'title'> & { end: number; aside?: Span; isNumbered?: boolean };

/** A bracket that is about something else. It stays in the title. */
type Span = { start: number; end: number };

const levelAt = finder(levelWords);
const typeAt = finder(enablerTypes);

/** The first two characters of whatever may stand before a key. */
const leadStarts = new Set([...levelWords.keys(), ...enablerTypes.keys()].map((word) => word.slice(0, 2)));
const PLAIN_START = /^[!-~]{2}/;

const skipBlanks = (text: string, at: number): number => (text.charAt(at) === ' ' ? at + 1 : at);

/** Whether a text may start with a level word. Other than ASCII and blanks may fold to anything. */
const mayLead = (text: string): boolean =>
  !PLAIN_START.test(text) || leadStarts.has(text.slice(0, 2).toLowerCase());

/** Reads `[TYPE ][ENABLER ]LEVEL|ENABLER [(…)] [KEY|n|[KEY]] [(…)]`. */
const leadOf = (line: Folded): Lead | undefined => {
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
const LONGEST_LEAD = 160;

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

const DASHES = '-–—';

/** Where the title starts after a separator at `at`; negative if there is none. */
const afterSeparator = (
  text: string,
  at: number,
  { keyed, blank }: { keyed: boolean; blank: boolean },
): number => {
  const mark = text.charAt(at);
  if (mark === ':' || mark === '：' || mark === '|') return at + 1;
  if (keyed && (mark === '.' || mark === ')') && text.charAt(at + 1) === ' ') return at + 2;
  if (mark !== ' ') return -1;
  const next = text.charAt(at + 1);
  if (next === ':' || next === '：' || next === '|') return at + 2;
  if (DASHES.includes(next) && text.charAt(at + 2) === ' ') return at + 3;
  return blank ? at + 1 : -1;
};

export type HeadOptions = {
  /** Whether `F12 Title`, with only a blank, counts. */
  blank?: boolean;
  keys: PageKeys;
};

/** Reads a title with what stands before it. Nothing if the text starts neither with a level word nor with a key. */
export const headOf = (source: string, options: HeadOptions): Head | undefined => {
  const line = source.slice(outlineEnd(source));
  return wordedHead(line, options) ?? keyedHead(line, options);
};

const wordedHead = (source: string, { keys }: HeadOptions): Head | undefined => {
  if (!mayLead(source)) return undefined;
  const line = foldedLine(source.slice(0, LONGEST_LEAD));
  const lead = leadOf(line);
  if (lead === undefined) return undefined;
  const { end, aside, isNumbered, ...head } = lead;
  const keyed = head.key !== undefined;
  // "Story 2 days on a train" has no key.
  const start = afterSeparator(source, line.at(end), { keyed, blank: keyed && isNumbered !== true });
  if (start < 0) return undefined;
  const kept = aside === undefined ? '' : `${source.slice(line.at(aside.start), line.at(aside.end))} `;
  return titled(head, kept + source.slice(start), keys);
};

const keyedHead = (text: string, options: HeadOptions): Head | undefined => {
  const isOpen = text.startsWith('[');
  const found = keyAt(text, isOpen ? 1 : 0);
  if (found === undefined || !options.keys.isKey(found.key)) return undefined;
  if (isOpen && text.charAt(found.end) !== ']') return undefined;
  const start = isOpen
    ? afterBracket(text, found.end + 1)
    : afterSeparator(text, found.end, { keyed: true, blank: options.blank === true });
  if (start < 0) return undefined;
  const rest = text.slice(start).trim();
  const inner = wordedHead(rest, options);
  return titled({ ...inner, key: found.key }, inner?.title ?? rest, options.keys);
};

/** After `[KEY]` a blank is enough, and a separator may follow. */
const afterBracket = (text: string, at: number): number => {
  const start = afterSeparator(text, at, { keyed: true, blank: true });
  return start < 0 ? at : start;
};

/** The key at the start of a text, before or after a level word, whatever follows. */
export const firstKey = (source: string): Key | undefined => {
  const text = source.slice(outlineEnd(source), LONGEST_LEAD);
  const found = keyAt(text, text.startsWith('[') ? 1 : 0);
  if (found !== undefined) return found.key;
  return mayLead(text) ? leadOf(foldedLine(text))?.key : undefined;
};

const titled = (head: Omit<Head, 'title'>, rest: string, keys: PageKeys): Head | undefined => {
  const title = display(rest);
  const reference = onlyKey(title);
  if (title === '' || (reference !== undefined && keys.isKey(reference))) return undefined;
  return { ...head, title };
};

/** Reads a cell that says of what type its row is: `Enabler Story (infrastructure)`. */
export const typeOf = (cell: string): Pick<Head, 'word' | 'enabler'> | undefined => {
  if (cell === '') return undefined;
  const line = foldedLine(display(cell));
  const lead = leadOf(line);
  if (lead === undefined || lead.end < line.folded.length) return undefined;
  return { ...(lead.word && { word: lead.word }), ...(lead.enabler && { enabler: lead.enabler }) };
};

/** Whether a text is nothing but a level word, a key, or both: it introduces a title and is none. */
export const isLead = (text: string): boolean => {
  const shown = display(text);
  if (onlyKey(shown.replace('[', '').replace(']', '')) !== undefined || levelWords.has(fold(shown)))
    return true;
  const line = foldedLine(shown);
  const lead = leadOf(line);
  return lead !== undefined && lead.end >= line.folded.length;
};
