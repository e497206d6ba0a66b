import { oneLine } from '../../domain/planning/text.ts';
import { BOLD, type Run, STRUCK } from './runs.ts';

/** What is asked of the runs of a line. */

const isUnread = ({ kind }: Run): boolean => kind === 'placeholder' || kind === 'image';

const isPlain = (run: Run): boolean => !isUnread(run) && (run.marks & STRUCK) === 0;

/** One line of what a reader sees: without placeholders, images and struck text. */
export const plainText = (runs: readonly Run[]): string => textOf(runs, isPlain);

/** One line with struck text and, unless told otherwise, placeholders. */
export const fullText = (runs: readonly Run[], { placeholders = true } = {}): string =>
  textOf(runs, ({ kind }) => kind !== 'image' && (placeholders || kind !== 'placeholder'));

const textOf = (runs: readonly Run[], isIn: (run: Run) => boolean): string => {
  const first = runs[0];
  if (first !== undefined && runs.length === 1) return isIn(first) ? oneLine(first.text) : '';
  let text = '';
  for (const run of runs) if (isIn(run)) text += run.kind === 'break' ? ' ' : run.text;
  return oneLine(text);
};

const INVISIBLE = /[\u00AD\u200B\u200C\u2060\uFEFF]/g;
export const isVisible = ({ kind, text }: Run): boolean => {
  if (kind === 'break' || kind === 'image') return kind === 'image';
  const code = text.charCodeAt(0);
  if (code > 0x20 && code < 0x7f) return true;
  const trimmed = text.trim();
  return trimmed !== '' && (trimmed.charCodeAt(0) < 0x80 || trimmed.replace(INVISIBLE, '').trim() !== '');
};

/** Whether there is anything to see: blanks and line breaks alone are no block. */
export const hasContent = (runs: readonly Run[]): boolean => runs.some(isVisible);

/** Whether there is something to see, and all of it is of a kind. */
const allVisible = (runs: readonly Run[], isOfKind: (run: Run) => boolean): boolean => {
  let hasAny = false;
  for (const run of runs) {
    if (!isVisible(run)) continue;
    if (!isOfKind(run)) return false;
    hasAny = true;
  }
  return hasAny;
};

const isPlaceholder = ({ kind }: Run): boolean => kind === 'placeholder';
const isBold = ({ marks }: Run): boolean => (marks & BOLD) !== 0;

export const isOnlyPlaceholder = (runs: readonly Run[]): boolean => allVisible(runs, isPlaceholder);
export const isAllBold = (runs: readonly Run[]): boolean => allVisible(runs, isBold);

/** Whether all text is struck; a placeholder or an image beside it does not count. */
export const isStruck = (runs: readonly Run[]): boolean => {
  let hasText = false;
  for (const run of runs) {
    if (isUnread(run) || !isVisible(run)) continue;
    if ((run.marks & STRUCK) === 0) return false;
    hasText = true;
  }
  return hasText;
};

const isBreak = ({ kind }: Run): boolean => kind === 'break';

/** The runs of each line, without empty lines. */
export const linesOf = (runs: readonly Run[]): (readonly Run[])[] => {
  if (!runs.some(isBreak)) return hasContent(runs) ? [runs] : [];
  const lines: Run[][] = [];
  let line: Run[] = [];
  for (const run of runs)
    if (run.kind !== 'break') line.push(run);
    else {
      if (hasContent(line)) lines.push(line);
      line = [];
    }
  if (hasContent(line)) lines.push(line);
  return lines;
};

/** The plain text of a line before normalisation: positions in it count for `slice`. */
export const rawText = (runs: readonly Run[]): string => {
  let text = '';
  for (const run of runs) if (isPlain(run)) text += run.text;
  return text;
};

/** How much of a line's raw text a run is. */
export const rawLength = (run: Run): number => (isPlain(run) ? run.text.length : 0);

/** A part of a line, by positions in its raw text. */
export const slice = (runs: readonly Run[], start: number, end = Number.POSITIVE_INFINITY): Run[] => {
  const part: Run[] = [];
  let at = 0;
  for (const run of runs) {
    const length = rawLength(run);
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    if (length === 0 ? at >= start && at <= end : from < to)
      part.push(from === 0 && to === length ? run : { ...run, text: run.text.slice(from, to) });
    at += length;
  }
  return part;
};
