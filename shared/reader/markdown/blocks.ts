import { atBlockStart } from '../../domain/planning/markdown/escape.ts';
import type { Content, List, ListItem, Table } from '../storage/blocks.ts';
import { hasContent } from '../storage/line.ts';
import { fenced } from './code.ts';
import { lines, paragraph } from './line.ts';

type Line = Pick<ListItem, 'runs' | 'task'>;

const boxOf = ({ task }: Line): string => (task === undefined ? '' : task.done ? '[x] ' : '[ ] ');

/** What a list item starts with. */
export const markOf = (number: number | undefined): string => (number === undefined ? '- ' : `${number}. `);

/** The line of a list item, without its mark and without what is nested in it. */
export const itemLine = (line: Line): string => `${boxOf(line)}${paragraph(line.runs)}`;

const HAS_TEXT = /^(?=.)/gm;

/** A list item with all that is nested in it, below the start of its own text. */
const listItem = (item: ListItem, number: number | undefined): string => {
  const mark = markOf(number);
  const own = hasContent(item.runs) ? itemLine(item) : '';
  const nested = value(item.nested);
  if (own === '') return nested === '' ? '' : marked(mark, nested);
  return nested === '' ? `${mark}${own}` : marked(mark, `${own}${separator(nested)}${nested}`);
};

/** Blocks as those of a list item. */
export const marked = (mark: string, blocks: string): string =>
  mark + blocks.replace(HAS_TEXT, ' '.repeat(mark.length)).slice(mark.length);

const FIRST = /^(?:- |1\. )/;
const LIST = /^(?:- |\d+\. )/;
const CODE = /^`{3,}[^`\n]*\n/;
const TABLE_OR_QUOTE = /^[|>]/;

/** Whether a block is a list. A line of text that looks like one is escaped. */
export const isList = (block: string): boolean => LIST.test(block);

/** Whether a block is a list that needs no blank line below a line of text. */
export const mayFollowText = (block: string): boolean => FIRST.test(block);

/** A block below its name, or beside it if it is a line of text. */
export const named = (name: string, block: string): string => {
  const isText = !isList(block) && !CODE.test(block) && !TABLE_OR_QUOTE.test(block);
  return `**${name}:**${isText ? ' ' : separator(block)}${block}`;
};

/** What divides a block from one above. */
const separator = (block: string): string => (mayFollowText(block) || CODE.test(block) ? '\n' : '\n\n');

const list = ({ isOrdered, items }: List): string =>
  items
    .map((item, at) => listItem(item, isOrdered ? at + 1 : undefined))
    .filter((text) => text !== '')
    .join('\n');

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
