import { display, fold, outlineEnd } from '../../domain/planning/text.ts';
import { foldedLine } from './folded.ts';
import { type Key, keyAt, onlyKey, type PageKeys } from './keys.ts';
import { type Lead, LONGEST_LEAD, leadOf, mayLead } from './lead.ts';
import { levelWords } from './lexicon.ts';

/** What a text says about its item before the title: `Enabler Story EN1 (infrastructure): Vault`. */
export type Head = Pick<Lead, 'word' | 'enabler' | 'key'> & { title: string };

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
