import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  canonicalMarkdown,
  markdownBlocks,
  sameText,
} from '../../../shared/domain/planning/normalise-markdown.ts';
import { savedInEditor, spellings } from '../../support/planning/linear-editor.ts';
import { judgedMarkdown, respelled } from '../../support/planning/markdown-texts.ts';

/** How many random texts. A failure prints its seed. */
const RUNS = Number(process.env.RUNS ?? 60);
const OPTIONS = { numRuns: RUNS, ...(process.env.SEED && { seed: Number(process.env.SEED) }) };

vi.setConfig({ testTimeout: 600_000 });

/** Whether some of a text was left as it is written. */
const isLeft = (form: string): boolean => /"(?:unclear|unread)"/.test(form);

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

describe('canonical Markdown of any text', () => {
  test('is the same only for texts that show the same', () => {
    fc.assert(
      fc.property(judgedMarkdown, ({ text, judge }) => {
        for (const other of respelled(text))
          if (sameText(text, other)) expect([other, judge(other)]).toEqual([other, judge(text)]);
      }),
      OPTIONS,
    );
  });

  test('is the same only for texts that show the same, of all texts so far', () => {
    const byForm = new Map<string, string>();
    fc.assert(
      fc.property(judgedMarkdown, ({ text, judge }) => {
        const form = canonicalMarkdown(text);
        const known = byForm.get(form) ?? text;
        byForm.set(form, known);
        expect([text, judge(text)]).toEqual([text, judge(known)]);
      }),
      OPTIONS,
    );
  });

  test('stays the same when an editor saves the text in its own way', () => {
    fc.assert(
      fc.property(judgedMarkdown, fc.constantFrom(...spellings), ({ text, judge }, spelling) => {
        const saved = savedInEditor(text, spelling);
        // The printer of the test is not faithful to every text.
        fc.pre(judge(saved) === judge(text));
        const form = canonicalMarkdown(text);
        // What is not read, or became so by an entity that was written out, may come back as another text.
        fc.pre(!isLeft(form) && !isLeft(canonicalMarkdown(saved)));
        expect([saved, canonicalMarkdown(saved)]).toEqual([saved, form]);
      }),
      OPTIONS,
    );
  });

  test('is that of its blocks, and the texts of the blocks are the text', () => {
    fc.assert(
      fc.property(judgedMarkdown, ({ text }) => {
        const joined = markdownBlocks(text)
          .map((block) => block.text)
          .join('\n\n');
        expect([joined, canonicalMarkdown(joined)]).toEqual([joined, canonicalMarkdown(text)]);
      }),
      OPTIONS,
    );
  });

  test('is made of any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(typeof canonicalMarkdown(`[${text}](${text}) <https://${text}> ${text}`)).toBe('string');
      }),
      OPTIONS,
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

/** CPU time in ms. The longest text is as long as a field that is synced. */
const cost = (text: string): number => {
  const before = process.cpuUsage();
  canonicalMarkdown(text);
  return process.cpuUsage(before).user / 1_000;
};

test.each(hostile)('a text of %j takes time that grows with its length', (part) => {
  const textOf = (length: number) => part.repeat(Math.ceil(length / part.length));
  const short = Math.min(cost(textOf(12_500)), cost(textOf(12_500)));
  // In quadratic time it would be 64 times as much. The first milliseconds are the compiler's.
  expect(cost(textOf(100_000))).toBeLessThan(20 * (short + 10));
});
