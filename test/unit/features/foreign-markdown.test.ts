import * as fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { StatusReport } from '../../../lambdas/api/features/schemas.ts';
import { foreignLine, foreignMarkdown } from '../../../shared/domain/features/foreign-markdown.ts';
import { outcomeComment } from '../../../shared/domain/features/outcome-comment.ts';

type Node = { type: string; value?: string; url?: string; children?: Node[] };

const parsed = (markdown: string): Node =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node;
const all = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(all)];
const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** What a reader of Markdown finds in a text that could do harm in Linear. */
const harm = (markdown: string): string[] =>
  all(parsed(markdown)).flatMap(({ type, value = '', url = '' }) => {
    if (['html', 'image', 'imageReference', 'linkReference', 'definition'].includes(type)) return [type];
    if (type === 'link' && /linear\.app/i.test(decodeURIComponent(url))) return [`link to ${url}`];
    if (type === 'text' && /linear\.app/i.test(value)) return [`mention: ${value}`];
    if (type === 'text' && /(?<![\w@])@[\p{L}\d]/u.test(value)) return [`name: ${value}`];
    return [];
  });

const base = { runId: 'r', seq: 1, reportedAt: '2026-11-02T09:15:04.120Z', status: 'passing' } as const;

describe('Markdown from agents', () => {
  test.each([
    [
      'an ordinary summary stays',
      '## Built\n\n- **one**\n- `two`\n\n1. three',
      '## Built\n\n- **one**\n- `two`\n\n1. three',
    ],
    ['a block of code stays', 'a\n\n```ts\nlet b;\n```\n\nc', 'a\n\n```\nlet b;\n```\n\nc'],
    ['a fence that is open is closed', '```\nopen', '```\nopen\n```'],
    ['a tilde fence cannot be left open', '~~~\n```\nopen', '````\n```\nopen\n````'],
    ['a fence in a list is taken out of it', '- ```\n  open', '```\n  open\n```'],
    ['a name is code', 'thanks @ada!', 'thanks `@ada!`'],
    [
      'a link to Linear is code',
      'see https://linear.app/a/issue/B-1.',
      'see `https://linear.app/a/issue/B-1`.',
    ],
    ['a link to elsewhere can be followed', '[CI](https://ci.test/1)', 'CI: <https://ci.test/1>'],
    ['an image is a link', '![x](https://evil.test/p.png)', 'x: <https://evil.test/p.png>'],
    ['HTML is text', '<img src=x>', '\\<img src=x\\>'],
    ['a folded part is text', '+++ More', '\\+++ More'],
  ])('%s', (_, text, expected) => {
    expect(foreignMarkdown(text)).toBe(expected);
  });

  test.each([
    'https://LINEAR.app/x/profiles/ada',
    '<https://linear.app/x/profiles/ada>',
    '[a](https://linear.app/x/profiles/ada "t")',
    'https://a@linear.app/x',
    'https://linear%2eapp/x',
    'https://linear。app/x',
    'linear.app/x/profiles/ada',
    '[a]: https://linear.app/x\n\n[a]',
    '&#64;ada',
    '\\@ada',
    '\\@@ada',
    '\\`@ada\\`',
    '`` `@ada` `` @ada',
    '`x`@ada`y',
    'a `\n@ada\n` b',
    '![a][b]\n\n[b]: https://evil.test',
    '> - ~~~\n@ada',
    '\u202e@ada\u2028@bob\r@eve\t@joe',
  ])('%j is harmless', (text) => {
    expect(harm(foreignMarkdown(text))).toEqual([]);
  });

  test('a label cannot open a code block', () => {
    const { children = [] } = parsed(`${foreignMarkdown('![~~~](`)')}\n\nSENTINEL`);
    expect(children.map(textOf)).toContain('SENTINEL');
  });

  test('any text is harmless and leaves what follows it readable', () => {
    const piece = fc.constantFrom(
      ...[
        '`',
        '``',
        '```',
        '~~~',
        '\n',
        '\n\n',
        ' ',
        '    ',
        '- ',
        '> ',
        '1. ',
        '@ada',
        '@',
        '<',
        '>',
        '<b>',
        '<!--',
      ],
      ...[
        '[',
        ']',
        '(',
        ')',
        '![',
        '](',
        '\\',
        '&',
        '&#64;',
        'linear.app',
        'https://',
        'http://x.test/',
        'www.',
      ],
      ...[
        'https://linear.app/a/profiles/ada',
        '+++',
        '**',
        '_',
        '|',
        '---',
        '\r',
        '\u2028',
        '\t',
        'a',
        ':',
        '.',
        '"',
      ],
    );
    const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, text, (summary, testResults, failedStep) => {
        const body = outcomeComment({
          ...base,
          status: 'failing',
          failedStep,
          testResults,
          error: summary,
          summary,
          prUrl: 'https://git.example.com/1',
        });
        expect(harm(body)).toEqual([]);
        const { children = [] } = parsed(`${body}\n\nSENTINEL`);
        expect(children.map(textOf)).toContain('Pull request: https://git.example.com/1');
        expect([children.at(-1)?.type, textOf(children.at(-1) ?? { type: '' })]).toEqual([
          'paragraph',
          'SENTINEL',
        ]);
      }),
      { numRuns: Number(process.env.RUNS ?? 400) },
    );
  }, 120_000);

  test.each(['`', '[a](', '@', 'a', '```a', 'http://', 'linear', '> ', '\\', '&', '- '])(
    'ten thousand times %j is read within a second',
    (piece) => {
      const startedAt = performance.now();
      foreignMarkdown(piece.repeat(10_000 / piece.length));
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
  );

  test('a step of two lines is put on one', () => {
    expect(foreignLine('build\n\n# **Done.**')).toBe('build # **Done.**');
  });
});

test.each([
  'https://ada:secret@git.example.com/1',
  'https://ada@git.example.com/1',
  'https://git.example.com/a b',
  'https://git.example.com/\u202egpj.exe',
  'javascript:alert(1)',
])('the pull request %j is refused', (prUrl) => {
  expect(StatusReport.safeParse({ status: 'passing', runId: 'r', prUrl }).success).toBe(false);
});

test('the url of a pull request that spans lines is put on one', () => {
  const prUrl = 'https://git.example.com/a\nb';
  expect(StatusReport.parse({ status: 'passing', runId: 'r', prUrl })).toMatchObject({
    prUrl: 'https://git.example.com/ab',
  });
});
