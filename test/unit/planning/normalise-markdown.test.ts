import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test, vi } from 'vitest';
import { rewriteMarkdown } from '../../../local/linear/store/markdown.ts';
import { canonicalMarkdown, sameText } from '../../../shared/domain/planning/normalise-markdown.ts';

const RUNS = Number(process.env.RUNS ?? 100);
/** A failure prints its seed. */
const SEED = { seed: Number(process.env.SEED ?? 1) };

vi.setConfig({ testTimeout: 300_000 });

type Node = {
  type: string;
  value?: string;
  children?: Node[];
  url?: string;
  title?: string | null;
  depth?: number;
  ordered?: boolean;
  start?: number | null;
  checked?: boolean | null;
  lang?: string | null;
  meta?: string | null;
  align?: (string | null)[];
  alt?: string | null;
};

/** What a Markdown parser sees, without how it was written. */
const seen = (text: string): string => {
  const clean = (node: Node): unknown => {
    const { type, url, depth, ordered, start, checked, lang, meta, align, alt } = node;
    const children: unknown[] = [];
    let words = '';
    let last: Node | undefined;
    const endWords = () => {
      if (words !== '') children.push(words.normalize('NFC').replace(/\s+/g, ' '));
      words = '';
    };
    for (const child of node.children ?? []) {
      if (child.type === 'text') words += child.value;
      else if (child.type === 'list' && !child.ordered && last?.type === 'list' && !last.ordered) {
        // Linear writes all bullets alike, so two such lists become one.
        const list = children.at(-1) as { children: unknown[] };
        list.children.push(...(clean(child) as { children: unknown[] }).children);
      } else {
        endWords();
        children.push(clean(child));
      }
      last = child;
    }
    endWords();
    const title = node.title || undefined;
    const of = type === 'root' ? 'root' : type;
    const value = type === 'inlineCode' ? node.value?.replace(/\s+/g, ' ') : node.value;
    return {
      of,
      value,
      url,
      title,
      depth,
      ordered,
      start: start ?? undefined,
      checked: checked ?? undefined,
      lang,
      meta,
      align,
      alt,
      children,
    };
  };
  try {
    const tree = fromMarkdown(text.replace(/\r\n?/g, '\n'), {
      extensions: [gfm()],
      mdastExtensions: [gfmFromMarkdown()],
    });
    return JSON.stringify(clean(tree as Node));
  } catch {
    // The parser itself fails on a tick box on the second line of an item: such a text must stay as it is.
    return `unparsed ${text.replace(/\r\n?/g, '\n')}`;
  }
};

const alike: [what: string, a: string, b: string][] = [
  ['bullet marks', '* a\n* b', '- a\n- b'],
  ['loose lists', '- a\n\n- b', '- a\n- b'],
  ['numbers after the first', '1. a\n1. b\n1. c', '1. a\n2. b\n3. c'],
  ['number marks', '1) a\n2) b', '1. a\n2. b'],
  ['emphasis marks', '__a__ and _b_', '**a** and *b*'],
  ['rules', 'a\n\n***\n\nb', 'a\n\n---\n\nb'],
  ['blank lines', 'a\n\n\n\nb\n\n', 'a\n\nb'],
  ['line ends', 'a\r\n\r\nb', 'a\n\nb'],
  ['blanks at line ends', 'a \n\nb  ', 'a\n\nb'],
  ['hard breaks', 'a  \nb', 'a\\\nb'],
  ['escapes without need', 'a\\.b \\(c\\)', 'a.b (c)'],
  ['needed escapes', 'snake\\_case 2 \\* 3', 'snake_case 2 * 3'],
  ['tick marks', '- [X] a', '- [x] a'],
  ['table padding', '|a|b|\n|-|-|\n|1|2|', '| a   | b |\n| --- | --- |\n| 1   | 2 |'],
  ['bare URLs', 'see https://a.example/b.', 'see [https://a.example/b](https://a.example/b).'],
  ['pointed URLs', '<https://a.example/b>', 'https://a.example/b'],
  ['blanks without a break', 'a\u00a0b', 'a b'],
  ['accents', 'cafe\u0301', 'café'],
  ['mentions that notify nobody', 'ask \\@team', 'ask @team'],
  ['escapes of pipes', 'a \\| b', 'a | b'],
  ['nested numbers', '1. a\n   - b\n2. c', '1. a\n   * b\n1. c'],
  ['fences', '~~~js\nx\n~~~', '```js\nx\n```'],
  ['nested lists', '- a\n    - b', '- a\n  - b'],
  ['quotes', '>a\n>b', '> a\n> b'],
];

const unlike: [what: string, a: string, b: string][] = [
  ['a tick', '- [x] a', '- [ ] a'],
  ['the first number', '2. a', '1. a'],
  ['emphasis', '*a*', '\\*a\\*'],
  ['emphasis and strong', '*a*', '**a**'],
  ['a code span', '`a`', 'a'],
  ['blanks in code', '```\na  b\n```', '```\na b\n```'],
  ['case', 'A', 'a'],
  ['a heading and its text', '# a', '\\# a'],
  ['two lists and one', '- a\n\n<!-- -->\n\n- b', '- a\n- b'],
  ['list and text', '- a', '\\- a'],
  ['link targets', '[a](https://a.example)', '[a](https://b.example)'],
  ['a nested item and a sibling', '- a\n  - b', '- a\n- b'],
  ['a paragraph and a quote', '> a', 'a'],
  ['two paragraphs and one', 'a\n\nb', 'a b'],
];

describe('canonical Markdown', () => {
  test.each(alike)('is the same for %s', (_, a, b) => {
    expect(canonicalMarkdown(a)).toBe(canonicalMarkdown(b));
  });

  test.each(unlike)('tells %s apart', (_, a, b) => {
    expect(sameText(a, b)).toBe(false);
  });
});

/** Pieces of words and markup, joined with and without blanks, so that marks meet in all ways. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b c',
    '5',
    'Gr\u00f6\u00dfe',
    'cafe\u0301',
    '\u00a0',
    '\u68ee',
    '1.',
    '2)',
    '10. ',
    '@team',
    '#',
    '# ',
    '>',
    '> ',
    '- ',
    '+ ',
    '* ',
  ],
  ...[
    '*',
    '**',
    '***',
    '_',
    '__',
    '~',
    '~~',
    '`',
    '``',
    '[',
    ']',
    '](',
    '](u)',
    '](https://a.example/x)',
    '!',
    '![',
    '(',
    ')',
    ':',
    ']: ',
  ],
  ...[
    '\\',
    '\\*',
    '\\_',
    '\\|',
    '\\<',
    '\\.',
    '\\-',
    '\\(',
    '\\@',
    '\\`',
    '\\[',
    '\\=',
    '\\"',
    '|',
    '| ',
    '---',
    '===',
    ':-',
    '=',
    '-',
    '.',
  ],
  ...[
    '<',
    '<b>',
    '</p>',
    '<!--',
    '&amp;',
    '&lt',
    ';',
    '<https://a.example>',
    'https://a.example/b_c',
    'www.a.example',
    'a@b.example',
  ],
  ...[
    '~5',
    '5*3',
    'x_y',
    '`x`',
    '**a**',
    '__a__',
    '*a*',
    '_a_',
    '~~a~~',
    '**[A]**',
    '"',
    "'",
    '?',
    ',',
    '\u0338',
    '\u212a',
    '[ ] ',
    '[x] ',
    '```',
    '~~~',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    ' ',
    '  ',
    '\n',
    '\n',
    '  \n',
    '\\\n',
    '\n\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '\n> ',
    '\n1. ',
    '\n   - ',
    '\t',
    '\r\n',
  ],
);
const noise = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

const word = fc.constantFrom(
  ...[
    'a',
    'of',
    'slot',
    'x_y',
    '3',
    'Gr\u00f6\u00dfe',
    '2026-05-01',
    '\u68ee',
    'C++',
    '1.',
    'a\\|b',
    '\\@team',
    '#1',
    '\\<b',
    'a&b',
    '~5',
    '5*3',
    '~~5*3~~',
  ],
  ...[
    '**a**',
    '__a b__',
    '*a*',
    '_a_',
    '~~a~~',
    '`x`',
    '`` a`b ``',
    '[t](https://a.example/x)',
    '[**t** u](<https://a.example/x_y>)',
  ],
  ...[
    '<https://a.example>',
    'https://a.example/b?c=1',
    '\\*',
    '\\[',
    '\\_a',
    '![i](https://a.example/i.png)',
    '**a *b* c**',
    '__a__',
    '(a)',
    '\\(a\\)',
  ],
  ...['*', '**', '_', '[', ']', '!', 'b.', '**[A]**'],
);
const line = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const item = fc
  .tuple(
    fc.constantFrom('', '', '  ', '   ', '    '),
    fc.constantFrom('-', '*', '+', '1.', '2.', '2)', '- [ ]', '- [x]'),
    line,
  )
  .map(([indent, mark, text]) => `${indent}${mark} ${text}`);
const block: fc.Arbitrary<string> = fc.oneof(
  line,
  fc.tuple(line, fc.constantFrom('\n', '  \n', '\\\n'), line).map((parts) => parts.join('')),
  line.map((text) => `## ${text}`),
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join('\n')),
  line.map((text) => `> ${text}`),
  fc.tuple(line, line).map(([a, b]) => `| a | ${a} |\n|:-|-|\n| ${b} |  |`),
  fc.constantFrom('---', '***', '```js\nlet a = 1;\n\n  b\n```', '~~~\n`x`\n~~~'),
);
const page = fc
  .array(fc.tuple(block, fc.constantFrom('\n', '\n\n', '\n\n', '\n\n\n')), { minLength: 1, maxLength: 5 })
  .map((blocks) => blocks.flat().join(''));
const text = fc.oneof(page, noise);

/** Other notations for what is in a text. Some of them change what it means. */
const respelled = (each: string): string[] => [
  each.replaceAll('_', '*'),
  each.replaceAll('*', '_'),
  each.replaceAll('\\', ''),
  each.replaceAll('\n\n', '\n'),
  each.replaceAll('\n', '\n\n'),
  each.replaceAll('\n', ' '),
  each.replaceAll('  ', ' '),
  each.replace(/[<>]/g, ''),
  each.normalize('NFC').replaceAll('\u00a0', ' '),
  rewriteMarkdown(each),
];

describe('canonical Markdown of any text', () => {
  test('renders like the text', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(seen(canonicalMarkdown(each))).toBe(seen(each));
      }),
      { numRuns: RUNS, ...SEED },
    );
  });

  test('is the same only for texts that render the same', () => {
    fc.assert(
      fc.property(text, (each) => {
        for (const other of respelled(each)) if (sameText(each, other)) expect(seen(other)).toBe(seen(each));
      }),
      { numRuns: RUNS, ...SEED },
    );
  });

  test('is its own canonical form', () => {
    fc.assert(
      fc.property(text, (each) => {
        const canonical = canonicalMarkdown(each);
        expect(canonicalMarkdown(canonical)).toBe(canonical);
      }),
      { numRuns: RUNS, ...SEED },
    );
  });
});

const hostile = [
  '[',
  '*a ',
  '*a_ ',
  '_*',
  '>',
  '> ',
  '`a',
  '![a](',
  '<a ',
  '~~a ',
  '|a',
  '- ',
  '[a](b "',
  '&amp',
  '\\',
  '1. ',
  '[^a]',
  'http://a.b/c@',
  '  ',
  '\n\n',
  '- a\n',
  '```\n',
  '***a ',
  '(',
  'a|b\n-|-\n',
];

/** CPU time in ms. */
const cost = (text: string): number => {
  const before = process.cpuUsage();
  canonicalMarkdown(text);
  return process.cpuUsage(before).user / 1_000;
};

test.each(hostile)('a text of %j takes time that grows with its length', (part) => {
  const textOf = (length: number) => part.repeat(Math.ceil(length / part.length));
  const short = Math.min(cost(textOf(50_000)), cost(textOf(50_000)));
  // In quadratic time it would be 64 times as much. The first milliseconds are the compiler's.
  expect(cost(textOf(400_000))).toBeLessThan(20 * (short + 10));
});
