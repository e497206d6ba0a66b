import { blocksOf } from './markdown/blocks.ts';

/**
 * Goes up when the canonical form of any text changes. Whatever keeps a canonical form keeps the version with it.
 *
 * @public
 */
export const NORMALISER_VERSION = 4;

/** A block of a Markdown text, such as a paragraph, a list or a table. */
type MarkdownBlock = {
  /** What it says, in one spelling. It is for comparing and is no Markdown. */
  canonical: string;
  /** Its lines as they are written, without the blank ones around it. */
  text: string;
};

const LINE_END = /\r\n?|\n/;
const isBlank = (line: string): boolean => /^[ \t]*$/.test(line);

const trimmed = (lines: readonly string[]): string => {
  const from = lines.findIndex((line) => !isBlank(line));
  return from < 0 ? '' : lines.slice(from, lines.findLastIndex((line) => !isBlank(line)) + 1).join('\n');
};

/**
 * The blocks of a text in order. Blocks with the same canonical form say the same. The `text`s, joined by blank lines,
 * say what the text says. A text that cannot be taken apart is one block.
 */
export const markdownBlocks = (text: string): MarkdownBlock[] => {
  const lines = text.split(LINE_END);
  const blocks = blocksOf(text, lines);
  if (blocks === undefined) {
    const whole = lines.join('\n');
    return [{ canonical: JSON.stringify(['unread', whole]), text: whole }];
  }
  return blocks.map(({ from, to, parts }) => ({
    canonical: JSON.stringify(parts),
    text: trimmed(lines.slice(from, to)),
  }));
};

/**
 * One form for all ways to write the same Markdown: of bullets, numbers, emphasis, escapes, links, tables, code and
 * blank lines, and of what Linear makes of a link to itself. It takes time in proportion to the text, and takes any
 * text. It is for comparing what the page says with what Linear holds, and is no Markdown.
 */
export const canonicalMarkdown = (text: string): string =>
  markdownBlocks(text)
    .map(({ canonical }) => canonical)
    .join('\n');

/** Whether two Markdown texts say the same. */
export const sameText = (a: string, b: string): boolean =>
  a === b || canonicalMarkdown(a) === canonicalMarkdown(b);
