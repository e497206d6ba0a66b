import { diffArrays } from 'diff';
import { parseStorage } from './parse.ts';
import { visibleRuns } from './visible-text.ts';

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** What a person sees differ between two versions of a page, a line for each run of text. Throws a `StorageError`. */
export const diff = (old: string, text: string): DiffLine[] => diffLines(linesOf(old), linesOf(text));

/** What differs in the markup, a line for each block. */
export const markupDiff = (old: string, text: string): DiffLine[] =>
  diffLines(markupLines(old), markupLines(text));

const linesOf = (storage: string): string[] =>
  visibleRuns(parseStorage(storage)).map(({ text }) => text.replace(/\s+/g, ' ').trim());

const BLOCK =
  /(?=<(?:p|h[1-6]|ul|ol|li|table|tr|td|th|hr|ac:(?:structured-macro|layout|task|adf-)[\w-]*)[\s/>])/;

const markupLines = (storage: string): string[] =>
  storage
    .split(BLOCK)
    .map((line) => line.trim())
    .filter(Boolean);

/** A comparison takes the square of this many steps, so versions with more differences count as all different. */
const MOST_DIFFERENCES = 3000;

const diffLines = (old: string[], text: string[]): DiffLine[] => {
  const lines = (kind: DiffLine['kind'], value: string[]) => value.map((line) => ({ kind, text: line }));
  const changes = diffArrays(old, text, { maxEditLength: MOST_DIFFERENCES });
  if (!changes) return [...lines('removed', old), ...lines('added', text)];
  return changes.flatMap(({ value, added, removed }) =>
    lines(added ? 'added' : removed ? 'removed' : 'same', value),
  );
};
