import { hasContent, isVisible, rawLength, rawText, slice } from '../../storage/line.ts';
import { BOLD, type Run } from '../../storage/runs.ts';
import { colonOf, type Label, labelOf } from '../../words/label.ts';

/** A label with its value, which may be empty. */
export type Labelled = { label: Label; value: Run[] };

const isBlankAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return (
    code === 0x20 || ((code < 0x20 || code > 0x7f || Number.isNaN(code)) && text.charAt(at).trim() === '')
  );
};

/** Where ` | ` and ` · ` stand in a line. */
const separatorsIn = (text: string): number[] => {
  const found: number[] = [];
  for (let at = 1; at < text.length - 1; at++)
    if ('|·'.includes(text.charAt(at)) && isBlankAt(text, at - 1) && isBlankAt(text, at + 1)) found.push(at);
  return found;
};

/** The labels of a line. Several may be separated by ` | ` or ` · ` if each part has one. */
export const labelsOf = (line: readonly Run[]): Labelled[] => {
  const raw = rawText(line);
  const first = labelIn(line, raw);
  if (first === undefined) return [];
  const separators = separatorsIn(raw);
  if (separators.length === 0) return [first];
  const parts: Labelled[] = [];
  let start = 0;
  for (const end of [...separators, raw.length]) {
    const part = labelIn(slice(line, start, end), raw.slice(start, end));
    if (part === undefined) return [first];
    parts.push(part);
    start = end + 1;
  }
  return parts;
};

const labelIn = (line: readonly Run[], raw: string): Labelled | undefined => {
  let start = 0;
  while (start < raw.length && isBlankAt(raw, start)) start++;
  const end = colonOf(raw, start);
  if (end > start) {
    const label = labelOf(raw.slice(start, end));
    if (label !== undefined) return { label, value: slice(line, end + 1) };
  }
  return boldLabel(line);
};

/** A bold start that is exactly a role's word. */
const boldLabel = (line: readonly Run[]): Labelled | undefined => {
  const length = boldLength(line);
  if (length === 0 || length > 80) return undefined;
  const label = labelOf(rawText(line).slice(0, length));
  return label === undefined || !('role' in label) ? undefined : { label, value: slice(line, length) };
};

/** How much of a line's raw text is bold at its start. */
const boldLength = (line: readonly Run[]): number => {
  let length = 0;
  for (const run of line) {
    if (isVisible(run) && (run.marks & BOLD) === 0) break;
    length += rawLength(run);
  }
  return length > 0 && hasContent(slice(line, 0, length)) ? length : 0;
};

const MARKS_AFTER_BOLD = ['–', '—', '-'];

/** A line that starts bold and goes on after `:` or a dash: its title, and the rest. */
export const boldLead = (line: readonly Run[]): { title: Run[]; rest: Run[] } | undefined => {
  const length = boldLength(line);
  const raw = rawText(line);
  if (length === 0 || raw.slice(length).trim() === '') return undefined;
  let at = length;
  while (at < raw.length && isBlankAt(raw, at)) at++;
  const mark = raw.charAt(at);
  const isDash = MARKS_AFTER_BOLD.includes(mark) && isBlankAt(raw, at - 1) && isBlankAt(raw, at + 1);
  if (mark === ':' || mark === '：' || isDash)
    return { title: slice(line, 0, length), rest: slice(line, at + 1) };
  const bold = raw.slice(0, length).trimEnd();
  return bold.endsWith(':') || bold.endsWith('：')
    ? { title: slice(line, 0, length), rest: slice(line, length) }
    : undefined;
};
