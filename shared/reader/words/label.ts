import { display, fold, label } from '../../domain/planning/text.ts';
import { type LevelWord, levelWords, type Role, roles } from './lexicon.ts';

/** What a label stands for: a field, or a level word, which names a parent or an enabler's type. */
export type Label = { role: Role; name: string } | { level: LevelWord; name: string };

const LONGEST = 40;

/** Roles that only columns have. */
const COLUMNS_ONLY = new Set<Role>(['num', 'key', 'title', 'level']);

/** The label that a text is, without its colon. `known`: its form to look up, where that is known. */
export const labelOf = (text: string, known?: string): Label | undefined => {
  const words = text.length > 2 * LONGEST ? '' : (known ?? label(text));
  if (words === '' || words.length > LONGEST) return undefined;
  const role = roles.get(words);
  if (role !== undefined) return COLUMNS_ONLY.has(role) ? undefined : { role, name: display(text) };
  const level = levelWords.get(words);
  return level === undefined ? undefined : { level, name: display(text) };
};

const COLON = 0x3a;
const WIDE_COLON = 0xff1a;

/** Where a label that starts at `from` ends, which is at its colon. Negative if none stands within a label's length. */
export const colonOf = (line: string, from: number): number => {
  const most = Math.min(line.length, from + 2 * LONGEST);
  for (let at = from; at < most; at++) {
    const code = line.charCodeAt(at);
    if (code === COLON || code === WIDE_COLON) return at;
  }
  return -1;
};

const BLANK = new Set(
  ['', 'TBD', 'TBC', 'N/A', '?', '-', '...', 'none', 'keine', 'aucune', 'ninguna', 'nenhuma', 'なし'].map(
    fold,
  ),
);

/** Longer than any blank value with marks around it. */
const LONGEST_BLANK = 20;

/** Whether a value says that there is none. */
export const isBlank = (text: string): boolean =>
  text.length <= LONGEST_BLANK && BLANK.has(fold(display(text)));
