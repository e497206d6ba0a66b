import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test, vi } from 'vitest';
import { rewriteMarkdown } from '../../../local/linear/store/markdown.ts';
import { canonicalMarkdown, sameText } from '../../../shared/domain/planning/normalise-markdown.ts';

const RUNS = Number(process.env.RUNS ?? 200);
const SEED = Number(process.env.SEED ?? 1);

vi.setConfig({ testTimeout: 30_000 });

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
      if (words !== '') children.push(words);
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
    const value = type === 'code' && node.value === '' ? undefined : node.value?.replace(/\n$/, '');
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
  const tree = fromMarkdown(text.replace(/\u00a0/g, ' '), {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return JSON.stringify(clean(tree as Node));
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
  ['blanks at line ends', 'a \n\nb\t', 'a\n\nb'],
  ['hard breaks', 'a  \nb', 'a\\\nb'],
  ['escapes without need', 'a\\.b \\(c\\)', 'a.b (c)'],
  ['needed escapes', 'snake\\_case 2 \\* 3', 'snake_case 2 * 3'],
  ['tick marks', '- [X] a', '- [x] a'],
  ['table padding', '|a|b|\n|-|-|\n|1|2|', '| a   | b |\n| --- | --- |\n| 1   | 2 |'],
  ['bare URLs', 'see https://a.example/b.', 'see [https://a.example/b](https://a.example/b).'],
  ['pointed URLs', '<https://a.example/b>', 'https://a.example/b'],
  ['blanks without a break', 'a\u00a0b', 'a b'],
  ['accents', 'cafe\u0301', 'café'],
  ['entities', 'a &amp; b &lt;c&gt;', 'a & b \\<c>'],
  ['headings', 'Title\n===', '# Title #'],
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

/** Texts of a page in Linear's Markdown, written in many ways. */
const word = fc.constantFrom(
  'a',
  'of',
  'slot',
  'x_y',
  '3',
  'Größe',
  '2026-05-01',
  '森',
  'C++',
  '1.',
  'a|b',

  '@team',
  '#1',
  '<b',
  'a&b',
);
const inline: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: word },
  word.map((each) => `**${each}**`),
  word.map((each) => `__${each}__`),
  word.map((each) => `*${each}*`),
  word.map((each) => `_${each}_`),
  word.map((each) => `~~${each}~~`),
  fc.constantFrom(
    '`x`',
    '`` a`b ``',
    '[t](https://a.example/x)',
    '[**t** u](<https://a.example/x_y>)',
    '<https://a.example>',
    'https://a.example/b?c=1',
    '\\*',
    '\\[',
    '\\_a',
    '&amp;',
    '![i](https://a.example/i.png)',
    '**a *b* c**',
    '*',
    '**',
    '_',
    '[',
    ']',
    '`',
    '\\',
    '!',
  ),
);
const line = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '));
const bullet = fc.constantFrom('-', '*', '+', '1.', '2)', '- [ ]', '- [x]');
const block: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: line },
  fc.tuple(line, fc.constantFrom('\n', '  \n', '\\\n'), line).map((parts) => parts.join('')),
  fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([depth, text]) => `${'#'.repeat(depth)} ${text}`),
  fc
    .tuple(bullet, fc.array(line, { minLength: 1, maxLength: 3 }))
    .map(([mark, lines]) => lines.map((each) => `${mark} ${each}`).join('\n')),
  fc.tuple(line, line).map(([a, b]) => `- ${a}\n  - ${b}`),
  line.map((text) => `> ${text}`),
  fc.constantFrom(
    '---',
    '***',
    '```js\nlet a = 1;\n\n  b\n```',
    '~~~\n`x`\n~~~',
    '| a | b |\n|:-|-|\n| 1 | `c` |',
  ),
);
const text = fc.array(block, { minLength: 1, maxLength: 5 }).map((blocks) => blocks.join('\n\n'));
/** Anything that looks like Markdown. */
const noise = fc.string({ unit: fc.constantFrom(...'ab1 \n*_`~[]()<>!#-+.|\\:&"\''), maxLength: 60 });

describe('canonical Markdown of any text', () => {
  test('renders like the text', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(seen(canonicalMarkdown(each))).toBe(seen(each));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(text, noise), (each) => {
        const canonical = canonicalMarkdown(each);
        expect(canonicalMarkdown(canonical)).toBe(canonical);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('is the same once Linear has rewritten it', () => {
    fc.assert(
      fc.property(text, (each) => {
        const kept = each.replace(/ {2}\n/g, '\\\n');
        const rewritten = rewriteMarkdown(kept);
        // The local Linear rewrites by the line, which can change what emphasis means.
        fc.pre(seen(rewritten) === seen(kept));
        expect(sameText(rewritten, kept)).toBe(true);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

const hostile: [what: string, text: string][] = [
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
].map((part) => [JSON.stringify(part), part.repeat(Math.ceil(1_000_000 / part.length))]);

test.each(hostile)('a long text of %s takes less than two seconds', (_, each) => {
  const start = performance.now();
  canonicalMarkdown(each);
  expect(performance.now() - start).toBeLessThan(2_000);
});
