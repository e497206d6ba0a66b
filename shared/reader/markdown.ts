import { atBlockStart, escaped, notifies } from '../domain/planning/markdown/escape.ts';
import { oneLine } from '../domain/planning/text.ts';
import type { Content, List, ListItem, Table } from './storage/blocks.ts';
import { hasContent, linesOf } from './storage/line.ts';
import { BOLD, CODE, ITALIC, PAGE, type Run, STRUCK } from './storage/runs.ts';

/** Rich text as the Markdown that Linear keeps. Nothing in it is raw HTML, and nothing in it notifies anybody. */

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

const HAS_ODD = /[^\x20-\x7E]| {2}/;
const INVISIBLE = /[\u00AD\u200B\u200C\u2060\uFEFF]/g;
const BLANKS = /\s+/g;

/** Where a run stands: after which character, in a link, in a table. */
type Place = { before: string; isLink: boolean; isCell: boolean };

const cleaned = (run: Run): Run =>
  HAS_ODD.test(run.text)
    ? { ...run, text: run.text.replace(INVISIBLE, '').replace(BLANKS, ' ').normalize('NFC') }
    : run;

const inlineText = (run: Run, { before, isLink, isCell }: Place): string => {
  const { text } = run;
  switch (run.kind) {
    case 'status':
      return `**[${escaped(text, before, true)}]**`;
    case 'image':
      return `image: ${escaped(text, ' ', true)}`;
    default:
      if ((run.marks & CODE) === 0) return escaped(text, before, isLink);
      // A cell ends at every other pipe, even within code.
      return code(isCell ? text.replaceAll('|', '\\|') : text);
  }
};

const UNSAFE = /[\s()<>\\|`]/g;
const ENTITY = /&(?=#?[\da-z]{1,32};)/gi;

/** Where a link may lead: to the web, to mail, or into this page. */
const target = (href: string | undefined): string | undefined => {
  if (href === undefined || href === PAGE) return href;
  const scheme = href.slice(0, 8).toLowerCase();
  return ['http://', 'https://', 'mailto:'].some((start) => scheme.startsWith(start)) && !notifies(href)
    ? href
        .replace(UNSAFE, encodeURIComponent)
        .replaceAll('(', '%28')
        .replaceAll(')', '%29')
        .replace(ENTITY, '\\&')
    : undefined;
};

const isShown = ({ kind, marks }: Run): boolean =>
  kind !== 'placeholder' && kind !== 'break' && (marks & STRUCK) === 0;

/** Neighbouring texts with the same marks are one. */
const merged = (runs: readonly Run[]): readonly Run[] => {
  const result: Run[] = [];
  for (const each of runs) {
    if (!isShown(each)) continue;
    const run = cleaned(each);
    if (run.text === '' && run.kind === 'text') continue;
    const last = result.at(-1);
    if (last?.kind === 'text' && run.kind === 'text' && last.marks === run.marks && last.href === run.href)
      result[result.length - 1] = { ...last, text: last.text + run.text };
    else result.push(run);
  }
  return result;
};

const PUNCTUATION = /[\p{P}\p{S}]/u;
const STOPS = ':.,;!?';

/** Whether a mark works between what is outside it and what is inside: it does not between a letter and a sign. */
const works = (outside: string, inside: string): boolean =>
  outside.trim() === '' || PUNCTUATION.test(outside) || !PUNCTUATION.test(inside);

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 32);
const lastOf = (text: string): string => [...text.slice(-2)].at(-1) ?? ' ';

/** Bold and italic words, between two characters. Where the marks would not work, the words stay plain. */
const emphasised = (text: string, marks: number, before: string, after: string): string => {
  const sign = `${(marks & BOLD) === 0 ? '' : '**'}${(marks & ITALIC) === 0 ? '' : '*'}`;
  const words = text.trim();
  if (sign === '' || words === '') return text;
  let end = text.trimEnd().length;
  if (end === text.length && !works(after, lastOf(text)))
    while (STOPS.includes(text.charAt(end - 1)) && text.charAt(end - 2) !== '\\') end--;
  const inside = text.slice(0, end);
  const next = end < text.length ? text.charAt(end) : after;
  const isFine =
    inside.trim() !== '' &&
    works(text.startsWith(' ') ? ' ' : before, characterAt(words, 0)) &&
    works(next, lastOf(inside)) &&
    (before !== '*' || text.startsWith(' '));
  return isFine ? `${around(inside, sign)}${text.slice(end)}` : text;
};

/** The first character of a run as it is written. */
const firstOf = (run: Run | undefined): string => {
  if (run === undefined || run.kind === 'status') return ' ';
  if (target(run.href) !== undefined) return '[';
  return (run.marks & CODE) === 0 ? characterAt(run.text, 0) : '`';
};

/** One line of Markdown. */
export const inline = (runs: readonly Run[], isCell = false): string => {
  let line = '';
  let before = ' ';
  const shown = merged(runs);
  for (const [at, run] of shown.entries()) {
    const href = target(run.href);
    const isLink = href !== undefined;
    let text = inlineText(run, { before, isLink, isCell });
    const end = line === '' ? ' ' : lastOf(line);
    if (run.kind === 'status') {
      if (end === '*' || !works(end, '[')) line += ' ';
      if (!works(firstOf(shown[at + 1]), ']')) text += ' ';
    } else if (run.marks !== 0)
      text = isLink
        ? emphasised(text, run.marks, '[', ']')
        : emphasised(text, run.marks, end, firstOf(shown[at + 1]));
    if (isLink) text = around(text, '[', `](${href})`);
    // Two spans of code would be one.
    if (end === '`' && text.startsWith('`')) line += ' ';
    // A link after an exclamation mark would be an image.
    if (end === '!' && text.startsWith('[')) line = `${line.slice(0, -1)}\\!`;
    line += text;
    before = lastOf(run.text);
  }
  return oneLine(line);
};

/** The lines of a value, as one. */
export const lines = (runs: readonly Run[], isCell = false): string => {
  let text = '';
  for (const line of linesOf(runs)) {
    const markdown = inline(line, isCell);
    if (markdown !== '') text += text === '' ? markdown : ` / ${markdown}`;
  }
  return text;
};

export const paragraph = (runs: readonly Run[]): string => atBlockStart(lines(runs));

/** Below a bullet and below a number of one digit, three blanks nest a list; before a list of its own they are nothing. */
const INDENT = '   ';

type Line = Pick<ListItem, 'runs' | 'task'>;

const boxOf = ({ task }: Line): string => (task === undefined ? '' : task.done ? '[x] ' : '[ ] ');
const markOf = (number: number | undefined): string => (number === undefined ? '- ' : `${number}. `);

/** The line of a list item, without what is nested in it. */
export const listLine = (
  line: Line,
  { depth, number }: { depth: number; number: number | undefined },
): string => `${INDENT.repeat(depth)}${markOf(number)}${boxOf(line)}${paragraph(line.runs)}`;

const HAS_TEXT = /^(?=.)/gm;

/** A list item with all that is nested in it, below the start of its own text. */
const listItem = (item: ListItem, number: number | undefined): string => {
  const mark = markOf(number);
  const own = hasContent(item.runs) ? `${boxOf(item)}${paragraph(item.runs)}` : '';
  const nested = value(item.nested);
  if (own === '') return nested === '' ? '' : `${mark}${indented(nested, mark)}`;
  if (nested === '') return `${mark}${own}`;
  return `${mark}${own}${separator(nested)}${' '.repeat(mark.length)}${indented(nested, mark)}`;
};

const indented = (text: string, mark: string): string =>
  text.replace(HAS_TEXT, ' '.repeat(mark.length)).slice(mark.length);

/** A list or a code block. A line of text that looks like one is escaped. */
const NEEDS_NO_BLANK = /^(?:- |\d+\. |```)/;

/** What divides a block from one above. */
const separator = (block: string): string => (NEEDS_NO_BLANK.test(block) ? '\n' : '\n\n');

const list = ({ isOrdered, items }: List): string =>
  items
    .map((item, at) => listItem(item, isOrdered ? at + 1 : undefined))
    .filter((text) => text !== '')
    .join('\n');

export const fenced = (text: string, language: string): string => {
  const longest = Math.max(2, longestTicks(text));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
};

export const table = ({ rows }: Table): string => {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  if (width === 0) return '';
  const line = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`;
  const [head = '', ...body] = rows.map(({ cells }) => line(cells.map(({ runs }) => lines(runs, true))));
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
    if (isText && isLine) text += ` / ${part}`;
    else {
      const block = isText ? atBlockStart(part) : part;
      text += `${text === '' ? '' : separator(block)}${block}`;
    }
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
      return list(content);
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
