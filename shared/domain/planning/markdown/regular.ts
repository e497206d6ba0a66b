import type { Token } from 'markdown-it';

const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})(?:[-+*]|\d{1,9}[.)])(?: {1,4}(?=\S)| *$)/;
/** A list that starts directly below a line of text, without a blank line. */
const MAY_FOLLOW_TEXT = /^ *(?:[-+*]|1[.)])/;
const HEADING = /^#{1,6} /;
const UNDERLINE = /^(?:=+|-+) *$/;
const RULE = /^([-*_])(?: *\1){2,} *$/;
const FENCE = /^(`{3,}|~{3,})[^`]*$/;
const ROW = /^\|.*(?<!\\)\| *$/;
const PIPE = /(?<!\\)\|/g;
const BLANK = /^[ \t]*$/;

/** What no line of a paragraph may start with: it is, or is nearly, the mark of another block. */
const NO_TEXT =
  /^(?:\s|>|#{1,6}(?:\s|$)|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|`{3}|~{3}|[-=|:][-=|:\s]*$|<[!?/]|\[[ x]\]\s\s|<[a-z][a-z\d-]*(?:[\s/>]|$))/i;

/** What could define the target of a link. */
const DEFINITION = /^\[(?:[^\\\]]|\\[\s\S])*\]:/;

/** Neither blanks nor marks to all parsers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is searched for
const CONTROL = /[\0-\x08\v\f\x0E-\x1F\x7F\x85\u2028\u2029]/;

/** Blanks that some parsers take off the end of a line or a cell, and others do not. */
const ODD_BLANK = /(?:^[ \t>]*|[|#][ \t]*)[^\S \t]|[^\S \t][ \t]*(?:$|[|#])/;

const isText = (lines: readonly string[]): boolean =>
  !lines.some((line) => NO_TEXT.test(line)) && !DEFINITION.test(lines.join('\n'));

const cellsIn = (row: string): number => row.match(PIPE)?.length ?? 0;

/** Whether lines are spelt as the plainest kind of their block. */
const isPlain = ({ type, markup }: Token, lines: readonly string[]): boolean => {
  const [first = ''] = lines;
  switch (type) {
    case 'paragraph_open':
      return isText(lines);
    case 'heading_open':
      return markup.startsWith('#')
        ? HEADING.test(first)
        : lines.length === 2 && isText([first]) && UNDERLINE.test(lines[1] ?? '');
    case 'hr':
      return RULE.test(first);
    case 'fence':
      return FENCE.test(first) && lines.length > 1 && lines.at(-1)?.trimEnd() === markup;
    case 'table_open':
      return lines.every((line) => ROW.test(line) && cellsIn(line) === cellsIn(first));
    default:
      return false;
  }
};

const isContainer = ({ type }: Token): boolean => type === 'list_item_open' || type === 'blockquote_open';
/** What cannot be the next row of a table above. */
const ENDS_TABLE = new Set(['fence', 'bullet_list_open', 'ordered_list_open', 'list_item_open']);
const PARTS = new Set(['inline', 'thead_open', 'tbody_open', 'tr_open', 'th_open', 'td_open']);

/**
 * Whether a text is written so plainly that no parser reads other blocks in it: each line starts with the marks and
 * blanks of the lists and quotes that it stands in, all of them and nothing else, and each block is spelt in full.
 */
export const isRegular = (tokens: readonly Token[], lines: readonly string[]): boolean => {
  if (lines.some((line) => CONTROL.test(line) || ODD_BLANK.test(line))) return false;
  /** What is left of each line within the block that is looked at. */
  const rest = [...lines];
  const indents: (number | undefined)[] = [];
  let end = 0;
  let tableEnd = -1;
  for (const [at, token] of tokens.entries()) {
    const { map, type, level, nesting } = token;
    const before = tokens[at - 1];
    if (map === null || nesting < 0 || PARTS.has(type)) continue;
    const [from, to] = map;
    if (from === tableEnd && !ENDS_TABLE.has(type)) return false;
    tableEnd = -1;
    if (type.endsWith('_list_open')) indents[level + 1] = undefined;
    else if (type === 'blockquote_open')
      for (let line = from; line < to; line++) {
        const text = rest[line] ?? '';
        const [mark] = QUOTE.exec(text) ?? [];
        if (mark === undefined && !BLANK.test(text)) return false;
        rest[line] = text.slice(mark?.length);
      }
    else if (type === 'list_item_open') {
      const [mark, indent] = ITEM.exec(rest[from] ?? '') ?? [];
      if (mark === undefined || indent === undefined) return false;
      indents[level] ??= indent.length;
      if (indents[level] !== indent.length) return false;
      rest[from] = rest[from]?.slice(mark.length) ?? '';
      const blanks = ' '.repeat(mark.length);
      const isEmpty = rest[from] === '';
      const isStart = before?.type.endsWith('_list_open') && end === from && from > 0;
      if (isStart && (isEmpty || !MAY_FOLLOW_TEXT.test(mark))) return false;
      for (let line = from + 1; line < to; line++) {
        const text = rest[line] ?? '';
        if (BLANK.test(text)) rest[line] = text.slice(mark.length);
        else if (!isEmpty && text.startsWith(blanks)) rest[line] = text.slice(mark.length);
        else return false;
      }
    } else {
      const isFirst = before === undefined || isContainer(before);
      if (type === 'table_open' && !isFirst && end === from) return false;
      if (!isPlain(token, rest.slice(from, to))) return false;
      rest.fill('', from, to);
      end = to;
      if (type === 'table_open') tableEnd = to;
    }
  }
  return rest.every((line) => BLANK.test(line));
};
