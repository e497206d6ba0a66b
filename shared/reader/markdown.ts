import { oneLine } from '../domain/planning/text.ts';
import type { Content, List, ListItem, Table } from './storage/blocks.ts';
import { hasContent, linesOf } from './storage/line.ts';
import { BOLD, CODE, ITALIC, PAGE, type Run, STRUCK } from './storage/runs.ts';

/** Rich text as the Markdown that Linear keeps. Nothing in it is raw HTML, and nothing in it notifies anybody. */

const MAY_BE_SPECIAL = /[\\`*_[\]<|~@]/;
const SPECIAL = /[\\`*_[\]<|~]/g;
const WORD = /[\p{L}\p{N}_]/u;

/** Escapes what would be markup. `before` is the character that the text follows. */
const escaped = (text: string, before: string): string => {
  if (!MAY_BE_SPECIAL.test(text)) return text;
  const marked = text.replace(SPECIAL, '\\$&');
  if (!marked.includes('@')) return marked;
  let result = '';
  let previous = before;
  for (const character of marked) {
    if (character === '@' && !WORD.test(previous)) result += '\\';
    result += character;
    previous = character;
  }
  return result;
};

const NUMBERED = /^(\d{1,9})([.)])(?= |$)/;

/** Escapes what would be markup at the start of a block only. */
const atBlockStart = (text: string): string => {
  const code = text.charCodeAt(0);
  if (code >= 0x30 && code <= 0x39) return text.replace(NUMBERED, '$1\\$2');
  return text !== '' && '#>+-'.includes(text.charAt(0)) ? `\\${text}` : text;
};

/** Wraps the words of a text, not the blanks around them, which would end the markup. */
const around = (text: string, open: string, close = open): string => {
  const words = text.trim();
  if (words === '') return text;
  return `${text.startsWith(' ') ? ' ' : ''}${open}${words}${close}${text.endsWith(' ') ? ' ' : ''}`;
};

const BACKTICKS = /`+/g;

/** How many backticks stand together in a text, at the most. A text may have too many runs of them to pass as arguments. */
const longestTicks = (text: string): number =>
  (text.match(BACKTICKS) ?? []).reduce((most, { length }) => Math.max(most, length), 0);

const code = (text: string): string => {
  const longest = longestTicks(text);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? around(text, fence) : around(text, `${fence} `, ` ${fence}`);
};

const HAS_BLANKS = /[^\S ]| {2}/;
const BLANKS = /\s+/g;

const inlineText = (run: Run, before: string): string => {
  const text = HAS_BLANKS.test(run.text) ? run.text.replace(BLANKS, ' ') : run.text;
  switch (run.kind) {
    case 'status':
      return `**[${escaped(text, before)}]**`;
    case 'image':
      return `image: ${escaped(text, ' ')}`;
    default:
      return (run.marks & CODE) !== 0 ? code(text) : escaped(text, before);
  }
};

const UNSAFE = /[\s()<>\\]/g;

/** Where a link may lead: to the web, to mail, or into this page. */
const target = (href: string | undefined): string | undefined => {
  if (href === undefined || href === PAGE) return href;
  const scheme = href.slice(0, 8).toLowerCase();
  return ['http://', 'https://', 'mailto:'].some((start) => scheme.startsWith(start))
    ? href.replace(UNSAFE, encodeURIComponent).replaceAll('(', '%28').replaceAll(')', '%29')
    : undefined;
};

const isShown = ({ kind, marks }: Run): boolean =>
  kind !== 'placeholder' && kind !== 'break' && (marks & STRUCK) === 0;

/** Neighbouring texts with the same marks are one. */
const merged = (runs: readonly Run[]): readonly Run[] => {
  if (runs.length === 1) return runs.every(isShown) ? runs : [];
  const result: Run[] = [];
  for (const run of runs) {
    if (!isShown(run)) continue;
    const last = result.at(-1);
    if (last?.kind === 'text' && run.kind === 'text' && last.marks === run.marks && last.href === run.href)
      result[result.length - 1] = { ...last, text: last.text + run.text };
    else result.push(run);
  }
  return result;
};

/** One line of Markdown. */
export const inline = (runs: readonly Run[]): string => {
  let line = '';
  let before = ' ';
  for (const run of merged(runs)) {
    let text = inlineText(run, before);
    if (run.kind !== 'status') {
      if ((run.marks & ITALIC) !== 0) text = around(text, '*');
      if ((run.marks & BOLD) !== 0) text = around(text, '**');
    }
    const href = target(run.href);
    line += href === undefined ? text : around(text, '[', `](${href})`);
    before = run.text.at(-1) ?? before;
  }
  return oneLine(line);
};

/** The lines of a value, as one. */
export const lines = (runs: readonly Run[]): string => {
  let text = '';
  for (const line of linesOf(runs)) {
    const markdown = inline(line);
    if (markdown !== '') text += text === '' ? markdown : ` / ${markdown}`;
  }
  return text;
};

export const paragraph = (runs: readonly Run[]): string => atBlockStart(lines(runs));

const INDENT = '  ';

/** The line of a list item, without what is nested in it. */
export const listLine = (
  { runs, task }: Pick<ListItem, 'runs' | 'task'>,
  { depth, number }: { depth: number; number: number | undefined },
): string => {
  const box = task === undefined ? '' : task.done ? '[x] ' : '[ ] ';
  return `${INDENT.repeat(depth)}${number === undefined ? '-' : `${number}.`} ${box}${paragraph(runs)}`;
};

const list = ({ isOrdered, items }: List, depth: number): string[] =>
  items.flatMap((item, at) => [
    ...(hasContent(item.runs) ? [listLine(item, { depth, number: isOrdered ? at + 1 : undefined })] : []),
    ...item.nested.flatMap((content) =>
      content.kind === 'list' ? list(content, depth + 1) : [`${INDENT.repeat(depth + 1)}${value([content])}`],
    ),
  ]);

export const fenced = (text: string, language: string): string => {
  const longest = Math.max(2, longestTicks(text));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};

export const table = ({ rows }: Table): string => {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const line = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`;
  const [head = '', ...body] = rows.map(({ cells }) => line(cells.map(({ runs }) => lines(runs))));
  return [head, line(Array.from({ length: width }, () => '---')), ...body].join('\n');
};

/** Markdown of a value: its lines in one, its lists on lines of their own. */
export const value = (contents: readonly Content[]): string => {
  let text = '';
  let isLine = false;
  for (const content of contents) {
    const isText = content.kind === 'paragraph' || content.kind === 'heading';
    const part = markdownOf(content);
    if (part === '') continue;
    if (text !== '') text += isText && isLine ? ' / ' : '\n';
    text += part;
    isLine = isText;
  }
  return text;
};

const markdownOf = (content: Content): string => {
  switch (content.kind) {
    case 'heading':
    case 'paragraph':
      return lines(content.runs);
    case 'list':
      return list(content, 0).join('\n');
    case 'code':
      return fenced(content.text, content.language);
    case 'table':
      return table(content);
    case 'box':
      return value([
        ...(content.title ? [{ kind: 'paragraph' as const, ...content.title }] : []),
        ...content.content,
      ]);
    case 'columns':
      return value(content.columns.flat());
  }
};
