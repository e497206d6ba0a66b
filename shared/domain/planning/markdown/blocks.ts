import { inlinesOf } from './inlines.ts';
import {
  alignmentsOf,
  type Bullet,
  bulletOf,
  cellsOf,
  closes,
  fenceOf,
  headingOf,
  indentOf,
  interrupts,
  isBlank,
  isQuote,
  isRule,
  outdented,
  unquoted,
} from './lines.ts';
import type { Block, Item } from './tree.ts';

/** How deeply quotes and lists may nest. What is deeper is kept as it is. */
const DEEPEST = 20;

/** What is not Markdown in Linear, or means something only with the rest of the text: HTML, definitions, sections. */
const RAW =
  /^ {0,3}(?:<[!?]|<\/?(?:div|p|table|t[rdh]|[uo]l|li|h[1-6r]|pre|details|summary|blockquote|section|script|style)(?=[\s/>]|$)|\[[^\]]{1,999}\]:|\+\+\+)/i;

const isSetext = (line: string): boolean => /^ {0,3}(?:=+|-+) *$/.test(line);

type Read = { block: Block; next: number };

/** The lines of a paragraph's text: without blanks at their starts, a hard break as a backslash. */
const textOf = (lines: string[]): string =>
  lines
    .map((line, at) => {
      const text = line.trim();
      if (at === lines.length - 1) return text;
      return line.endsWith('  ') && !text.endsWith('\\') ? `${text}\\` : text;
    })
    .join('\n');

const readCode = (lines: string[], at: number): Read | undefined => {
  const fence = fenceOf(lines[at] ?? '');
  if (fence) {
    let end = at + 1;
    while (end < lines.length && !closes(lines[end] ?? '', fence)) end++;
    const inside = lines.slice(at + 1, end).map((line) => outdented(line, fence.indent));
    return { block: { is: 'code', info: fence.info, text: inside.join('\n') }, next: end + 1 };
  }
  if (indentOf(lines[at] ?? '') < 4) return undefined;
  let end = at;
  for (let line = at; line < lines.length; line++) {
    const text = lines[line] ?? '';
    if (isBlank(text)) continue;
    if (indentOf(text) < 4) break;
    end = line + 1;
  }
  const inside = lines.slice(at, end).map((line) => outdented(line, 4));
  return { block: { is: 'code', info: '', text: inside.join('\n') }, next: end };
};

const readTable = (lines: string[], at: number): Read | undefined => {
  const header = lines[at] ?? '';
  const align = alignmentsOf(lines[at + 1] ?? '');
  if (!align || (!header.includes('|') && !lines[at + 1]?.includes('|'))) return undefined;
  if (cellsOf(header).length !== align.length) return undefined;
  let end = at + 2;
  while (end < lines.length && !isBlank(lines[end] ?? '') && !interrupts(lines[end] ?? '')) end++;
  const rows = [header, ...lines.slice(at + 2, end)].map((line) => {
    const cells = cellsOf(line);
    return align.map((_, column) => inlinesOf(cells[column] ?? ''));
  });
  return { block: { is: 'table', align, rows }, next: end };
};

/** Where a paragraph ends that starts at `at`. */
const paragraphEnd = (lines: string[], at: number): number => {
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end] ?? '';
    if (isBlank(line) || isSetext(line) || interrupts(line) || RAW.test(line)) break;
    if (readTable(lines, end)) break;
    end++;
  }
  return end;
};

/** Whether a line without the marks of its quote or item still belongs to the paragraph inside. */
const isLazy = (inside: string[], line: string): boolean => {
  const last = inside.at(-1) ?? '';
  return !isBlank(last) && !isBlank(line) && !interrupts(line) && !bulletOf(line) && isText(last);
};

const isText = (line: string): boolean => !isRule(line) && !fenceOf(line) && !headingOf(line);

const readQuote = (lines: string[], at: number, depth: number): Read => {
  const inside: string[] = [];
  let end = at;
  while (end < lines.length) {
    const line = lines[end] ?? '';
    if (isQuote(line)) inside.push(unquoted(line));
    else if (isLazy(inside, line)) inside.push(line);
    else break;
    end++;
  }
  return { block: { is: 'quote', blocks: blocksOf(inside, depth + 1) }, next: end };
};

const itemOf = (lines: string[], depth: number): Item => {
  const [, mark] = /^\[([ xX])\](?= \S)/.exec(lines[0] ?? '') ?? [];
  if (mark === undefined) return { done: null, blocks: blocksOf(lines, depth) };
  // What follows a tick box is text, even if it looks like a list.
  const end = paragraphEnd(lines, 0);
  const text = textOf([(lines[0] ?? '').slice(4), ...lines.slice(1, end)]);
  const paragraph: Block = { is: 'paragraph', text: inlinesOf(text) };
  return { done: mark !== ' ', blocks: [paragraph, ...blocksOf(lines.slice(end), depth)] };
};

/** Bullets of any mark are one list, for Linear writes them all alike. */
const isSameList = (a: Bullet, b: Bullet | undefined): boolean =>
  b !== undefined && (a.start === null ? b.start === null : a.mark === b.mark);

const readList = (lines: string[], at: number, first: Bullet, depth: number): Read => {
  const items: Item[] = [];
  let end = at;
  while (end < lines.length) {
    const bullet = bulletOf(lines[end] ?? '');
    if (!bullet || !isSameList(first, bullet)) break;
    const inside = [(lines[end] ?? '').slice(bullet.column)];
    end++;
    while (end < lines.length) {
      const line = lines[end] ?? '';
      const isInside = isBlank(line) || indentOf(line) >= bullet.column;
      // An item may start with one blank line at the most.
      if (isInside && inside.every(isBlank) && isBlank(line) && inside.length > 0) break;
      if (isInside) inside.push(outdented(line, bullet.column));
      else if (isLazy(inside, line)) inside.push(line.trimStart());
      else break;
      end++;
    }
    items.push(itemOf(inside, depth + 1));
    while (
      end < lines.length &&
      isBlank(lines[end] ?? '') &&
      isSameList(first, bulletOf(lines[end + 1] ?? ''))
    )
      end++;
  }
  return { block: { is: 'list', start: first.start, items }, next: end };
};

const readBlock = (lines: string[], at: number, depth: number): Read => {
  const line = lines[at] ?? '';
  const code = readCode(lines, at);
  if (code) return code;
  const heading = headingOf(line);
  if (heading) {
    const block: Block = { is: 'heading', depth: heading.depth, text: inlinesOf(heading.text) };
    return { block, next: at + 1 };
  }
  if (isRule(line)) return { block: { is: 'rule' }, next: at + 1 };
  const bullet = bulletOf(line);
  if (depth < DEEPEST && isQuote(line)) return readQuote(lines, at, depth);
  if (depth < DEEPEST && bullet) return readList(lines, at, bullet, depth);
  const table = readTable(lines, at);
  if (table) return table;
  const end = paragraphEnd(lines, at);
  const text = lines.slice(at, end);
  const isRaw = RAW.test(line) || depth >= DEEPEST;
  if (isRaw) return { block: { is: 'raw', text: text.map((each) => each.trimEnd()).join('\n') }, next: end };
  const below = lines[end] ?? '';
  if (isSetext(below)) {
    const block: Block = {
      is: 'heading',
      depth: below.includes('=') ? 1 : 2,
      text: inlinesOf(textOf(text)),
    };
    return { block, next: end + 1 };
  }
  return { block: { is: 'paragraph', text: inlinesOf(textOf(text)) }, next: end };
};

export const blocksOf = (lines: string[], depth = 0): Block[] => {
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at] ?? '')) at++;
    else {
      const { block, next } = readBlock(lines, at, depth);
      blocks.push(block);
      at = next;
    }
  }
  return blocks;
};
