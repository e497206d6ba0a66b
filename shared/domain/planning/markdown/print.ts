import type { Block, Inline, Item } from './tree.ts';

/** Everything that could be read as Markdown within a line. */
const SPECIAL = /[\\`*_[\]<~|]|&(?=#|\w)|!(?=\[)|:(?=\/\/)/g;
/** What could start a block at the start of a line. */
const START = /^(?:[#>=+-]|\d{1,9}(?=[.)]))/;

const escaped = (text: string): string => text.replace(SPECIAL, '\\$&');

const fenceFor = (text: string, least: number): string => {
  let longest = least - 1;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
};

const codeSpan = (text: string): string => {
  const fence = fenceFor(text, 1);
  const pad = /^[` ]|[` ]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
};

const target = ({ url, title }: { url: string; title: string }): string => {
  const address = url.replace(/[\\<>]/g, '\\$&').replaceAll('\n', '%0A');
  return `(<${address}>${title === '' ? '' : ` "${title.replace(/[\\"]/g, '\\$&')}"`})`;
};

const plainText = (inlines: Inline[]): string | undefined =>
  inlines.every((inline) => inline.is === 'text')
    ? inlines.map((inline) => ('text' in inline ? inline.text : '')).join('')
    : undefined;

const MARKS = { strong: '**', struck: '~~' } as const;

const printOne = (inline: Inline, before: string, after: string): string => {
  switch (inline.is) {
    case 'text':
      return escaped(inline.text);
    case 'code':
      return codeSpan(inline.text);
    case 'break':
      return inline.isHard ? '\\\n' : '\n';
    case 'html':
      return inline.text;
    case 'image':
      return `![${inlines(inline.text)}]${target(inline)}`;
    case 'link':
      return plainText(inline.text) === inline.url && inline.title === '' && /^\w+:[^\s<>]+$/.test(inline.url)
        ? `<${inline.url}>`
        : `[${inlines(inline.text)}]${target(inline)}`;
    case 'emphasis': {
      // An underscore within a word is text.
      const mark = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after) ? '*' : '_';
      return `${mark}${inlines(inline.text)}${mark}`;
    }
    default:
      return `${MARKS[inline.is]}${inlines(inline.text)}${MARKS[inline.is]}`;
  }
};

const startOf = (inline: Inline | undefined): string => (inline?.is === 'text' ? inline.text : '');

const inlines = (all: Inline[]): string => {
  let last = '';
  const printed = all.map((inline, at) => {
    const text = printOne(inline, last, startOf(all[at + 1]));
    last = text.slice(-2);
    return text;
  });
  return printed.join('');
};

const lineOf = (all: Inline[]): string => inlines(all).replace(/\\?\n/g, ' ');

const paragraph = (all: Inline[]): string =>
  inlines(all)
    .split('\n')
    .map((line) => line.trim().replace(START, (mark) => (/\d/.test(mark) ? mark : `\\${mark}`)))
    .map((line) => line.replace(/^(\d{1,9})([.)])/, '$1\\$2'))
    .join('\n');

const indented = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line, at) => (at === 0 || line === '' ? line : `${by}${line}`))
    .join('\n');

const item = ({ done, blocks }: Item, mark: string): string => {
  const box = done === null ? '' : done ? '[x] ' : '[ ] ';
  return `${mark} ${box}${indented(printBlocks(blocks, true), ' '.repeat(mark.length + 1))}`.trimEnd();
};

const printBlock = (block: Block, isAlternate: boolean): string => {
  switch (block.is) {
    case 'paragraph':
      return paragraph(block.text);
    case 'heading':
      return `${'#'.repeat(block.depth)} ${lineOf(block.text)}`.trimEnd();
    case 'code': {
      const fence = fenceFor(block.text, 3);
      return `${fence}${block.info}\n${block.text}${block.text === '' ? '' : '\n'}${fence}`;
    }
    case 'rule':
      return '---';
    case 'quote':
      return printBlocks(block.blocks)
        .split('\n')
        .map((line) => (line === '' ? '>' : `> ${line}`))
        .join('\n');
    case 'list': {
      const { start } = block;
      const bullet = isAlternate ? '*' : '-';
      const mark = (at: number) => (start === null ? bullet : `${start + at}${isAlternate ? ')' : '.'}`);
      return block.items.map((each, at) => item(each, mark(at))).join('\n');
    }
    case 'table': {
      const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
      const [header = [], ...rows] = block.rows.map((cells) => row(cells.map(lineOf)));
      return [header, row(block.align), ...rows].join('\n');
    }
    default:
      return block.text;
  }
};

/** The canonical text of some blocks. Two lists in a row have different marks, so that they stay two. */
export const printBlocks = (blocks: Block[], isTight = false): string => {
  let out = '';
  let isAlternate = false;
  blocks.forEach((block, at) => {
    const before = blocks[at - 1];
    const isList = block.is === 'list';
    const areLists = isList && before?.is === 'list' && (block.start === null) === (before.start === null);
    isAlternate = areLists && !isAlternate;
    const isNested = isTight && at === 1 && isList && before?.is === 'paragraph';
    out += `${at === 0 ? '' : isNested ? '\n' : '\n\n'}${printBlock(block, isAlternate)}`;
  });
  return out;
};
