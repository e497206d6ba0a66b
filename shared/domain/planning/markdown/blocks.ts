import { inlines } from './inlines.ts';
import { bulletOf, indentOf, isIntricate, isRule, trimmed } from './lines.ts';
import { list } from './list.ts';
import { paragraph } from './paragraph.ts';
import { table } from './table.ts';

/** How deeply quotes may nest. */
const DEEPEST = 3;

/** Some lines as canonical Markdown, and where the next block starts. */
type Read = { text: string | undefined; next: number };

/** A block of code. Its info string has nothing that would need an escape. */
const FENCE = /^(`{3,}|~{3,}) *([\w+#.-]*) *$/;

const code = (lines: readonly string[], at: number): Read => {
  const [, fence, info = ''] = FENCE.exec(lines[at] ?? '') ?? [];
  if (fence === undefined) return { text: undefined, next: at };
  const closes = (line: string) => {
    const text = trimmed(line);
    return indentOf(line) < 4 && text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
  };
  let end = at + 1;
  while (end < lines.length && !closes(lines[end] ?? '')) end++;
  if (end === lines.length) return { text: undefined, next: end };
  const inside = lines
    .slice(at + 1, end)
    .map((line) => `${line}\n`)
    .join('');
  const longest = (inside.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const mark = '`'.repeat(longest + 1);
  return { text: `${mark}${info}\n${inside}${mark}`, next: end + 1 };
};

const quote = (lines: readonly string[], depth: number): string | undefined => {
  const inside = lines.map((line) => line.slice(line.startsWith('> ') ? 2 : 1));
  return blocks(inside, depth + 1)
    ?.split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
};

const heading = (line: string): string | undefined => {
  const [marks = ''] = /^#+/.exec(line) ?? [];
  const text = trimmed(line.slice(marks.length));
  return text.includes('#') || text === '' ? undefined : `${marks} ${inlines(text)}`;
};

const isFence = (line: string) => /^(?:```|~~~)/.test(line);
const isHeading = (line: string) => /^#{1,6} /.test(line);
const starts = (line: string) => isFence(line) || isHeading(line) || isRule(line) || line === '';

/** Where the lines end that belong together from `at` on. */
const endOf = (lines: readonly string[], at: number, isIn: (line: string) => boolean): number => {
  let end = at + 1;
  while (end < lines.length && isIn(lines[end] ?? '')) end++;
  return end;
};

const block = (lines: readonly string[], at: number, depth: number): Read => {
  const line = lines[at] ?? '';
  if (isFence(line)) return code(lines, at);
  if (isIntricate(line)) return { text: undefined, next: at };
  if (isHeading(line)) return { text: heading(line), next: at + 1 };
  if (isRule(line)) return { text: '---', next: at + 1 };
  if (bulletOf(line)) return list(lines, at);
  const isQuote = line.startsWith('>');
  const isTable = line.startsWith('|');
  if (!isQuote && !isTable) {
    const end = endOf(lines, at, (next) => !starts(next) && !bulletOf(next) && !next.startsWith('>'));
    // Dashes below a paragraph make it a heading.
    const isSetext = /^-+ *$/.test(lines[end] ?? '');
    const after = bulletOf(lines[end] ?? '');
    const isJoined = isSetext || (after !== undefined && (after.number ?? 1) !== 1);
    const isCode = indentOf(line) > 3;
    return { text: isJoined || isCode ? undefined : paragraph(lines.slice(at, end)), next: end };
  }
  const end = endOf(lines, at, (next) => next.startsWith(isQuote ? '>' : '|'));
  const isLazy = end < lines.length && !starts(lines[end] ?? '');
  if (isLazy || depth === DEEPEST || (isTable && lines.slice(at, end).some(isIntricate)))
    return { text: undefined, next: end };
  const part = lines.slice(at, end);
  return { text: isQuote ? quote(part, depth) : table(part), next: end };
};

/** Lines as canonical Markdown that renders alike, or `undefined` for what is too intricate to tell. */
export const blocks = (lines: readonly string[], depth = 0): string | undefined => {
  const all = lines.map((line) => (trimmed(line) === '' ? '' : line));
  const texts: string[] = [];
  let at = 0;
  while (at < lines.length) {
    if (all[at] === '') {
      at++;
      continue;
    }
    const { text, next } = block(all, at, depth);
    if (text === undefined) return undefined;
    texts.push(text);
    at = next;
  }
  return texts.join('\n\n');
};
