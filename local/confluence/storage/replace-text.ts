import { escapeText } from './entities.ts';
import { parseStorage, type StorageText } from './parse.ts';
import { type Edit, splice } from './splice.ts';
import { findText, folded, partsOf, placesIn, type Run } from './visible-text.ts';

export type ReplaceResult = { storage: string } | { missing: string };

/**
 * Replaces the first occurrence of each text, one pair after the other, as a person does who types: formatting, links,
 * comment markers and macros stay, and only the characters that differ are written. `missing` is the first text that
 * the page does not say; then nothing is replaced. Throws a `StorageError`.
 */
export const replaceText = (
  storage: string,
  pairs: readonly (readonly [old: string, text: string])[],
): ReplaceResult => {
  let replaced = storage;
  for (const [old, text] of pairs) {
    const found = findText(parseStorage(replaced), old);
    if (!found) return { missing: old };
    const { run, at } = found;
    replaced = splice(replaced, editsOf(replaced, run, at, run.text.slice(at, at + old.length), text));
  }
  return { storage: replaced };
};

/** The edits that make `old`, which begins at `at` in the run, to `text`. */
export const editsOf = (storage: string, run: Run, at: number, old: string, text: string): Edit[] => {
  // A space that is typed where a no-break space stands leaves that in its place.
  const head = commonStart(folded(old), folded(text));
  const tail = commonStart(folded(reversed(old.slice(head))), folded(reversed(text.slice(head))));
  const from = at + head;
  const to = at + old.length - tail;
  const typed = text.slice(head, text.length - tail);
  const [first, ...others] = partsOf(storage, run, from, to);
  if (!first) return typed === '' ? [] : [insertion(storage, run, from, typed)];
  return [
    { start: first.start, end: first.end, text: written(first.node, typed) },
    ...others.map(({ start, end }) => ({ start, end, text: '' })),
  ];
};

/** Typing goes on in the piece before the cursor, as in an editor. */
const insertion = (storage: string, { pieces }: Run, at: number, typed: string): Edit => {
  const piece = pieces.findLast(({ from }) => from < at) ?? pieces[0];
  if (!piece) throw new Error('a run has a piece');
  const [start] = placesIn(storage, piece.node, at - piece.from, at - piece.from);
  return { start, end: start, text: written(piece.node, typed) };
};

const written = ({ type }: StorageText, text: string): string =>
  type === 'cdata' ? text.replaceAll(']]>', ']]]]><![CDATA[>') : escapeText(text);

/** How many units two texts begin with alike; never half of a character beyond the basic plane. */
const commonStart = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return /[\ud800-\udfff]/.test(a[length - 1] ?? '') ? length - 1 : length;
};

const reversed = (text: string): string => text.split('').reverse().join('');
