import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { canonicalMarkdown } from '../../../shared/domain/planning/normalise-markdown.ts';
import type { Reading } from '../../../shared/domain/planning/plan.ts';
import { value } from '../../../shared/reader/markdown/blocks.ts';
import type { Content } from '../../../shared/reader/storage/blocks.ts';
import { savedInEditor, spellings } from '../../support/planning/linear-editor.ts';
import { allNodes, markdownTree } from '../../support/planning/markdown-tree.ts';
import { contents, meant, shape } from '../../support/planning/rich-texts.ts';
import { shownTree } from '../../support/planning/shown-markdown.ts';

/** How many random texts. A failure prints its seed. */
const RUNS = Number(process.env.RUNS ?? 25);
const OPTIONS = { numRuns: RUNS, ...(process.env.SEED && { seed: Number(process.env.SEED) }) };

vi.setConfig({ testTimeout: 600_000 });

const fixtures = join(import.meta.dirname, '../../fixtures/planning/expected');
const texts = globSync('*.json', { cwd: fixtures }).flatMap((file) => {
  const { items = [] } = JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Reading;
  return items.flatMap(({ fields }) =>
    [fields.description, fields.benefit, ...(fields.acceptance ?? []).map(({ text }) => text)].filter(
      (text) => text !== undefined,
    ),
  );
});

const HARMFUL = ['html', 'image', 'imageReference', 'linkReference', 'definition'];

/** What could notify somebody, load something or be HTML. */
const harm = (markdown: string): string[] =>
  allNodes(markdownTree(markdown)).flatMap(({ type, url = '', value: text = '' }) => {
    if (HARMFUL.includes(type)) return [`${type} ${text}`];
    if (type === 'link' && /linear\.app.*profiles/i.test(url)) return [`link to ${url}`];
    return type === 'text' && /linear\.app\/\w+\/profiles/i.test(text) ? [`mention: ${text}`] : [];
  });

/** Whether an at sign starts a word that is not escaped. Code is no text. */
const names = (markdown: string): boolean => /(?<![\\\p{L}\p{N}_])@/u.test(markdown);

test.each(spellings)('the texts of all fixtures survive an editor: %o', (spelling) => {
  expect(texts.length).toBeGreaterThan(400);
  const changed = texts.filter(
    (text) => canonicalMarkdown(savedInEditor(text, spelling)) !== canonicalMarkdown(text),
  );
  expect(changed).toEqual([]);
});

test('the texts of all fixtures are read', () => {
  expect(texts.filter((text) => /"(?:unclear|unread)"/.test(canonicalMarkdown(text)))).toEqual([]);
});

const paragraph = (text: string, href?: string): Content => ({
  kind: 'paragraph',
  runs: [{ kind: 'text', text, marks: 0, ...(href && { href }) }],
  text,
  element: undefined,
  block: { class: 'context', quote: () => '' },
});

describe('a text', () => {
  test.each([
    '&lt; &amp; &#42;',
    'R&D & AT&T',
    '# a',
    '> a',
    '- a',
    '+ a',
    '1. a',
    '12) a',
    '| a |',
    '~~~',
    '===',
    '+++ a',
    '* _ ` [ < ~ in 2*3*4, a_b_c, `x`',
    '[a](b) ![c](d) [e]: f',
    '![a]',
    'a\\',
    '\\*a\\*',
    '<b>a</b> <!-- c -->',
    'a:rocket:b :rocket: 10:30:00',
    'a\u0338 \u2260 <\u0338',
    'snow\u2603man 🚀',
  ])('%j is shown as it is', (text) => {
    const markdown = value([paragraph(text)]);
    expect(shape(markdownTree(markdown))).toEqual([['text', text.normalize('NFC').replace(/ /g, '')]]);
    expect(harm(markdown)).toEqual([]);
  });

  test.each([
    ['https://a.example/some_page_here', 'https://a.example/some_page_here'],
    ['see https://a.example/a_(b)*c*.', 'https://a.example/a_(b)*c'],
    ['https://a.example/x?a=1&copy;=2', 'https://a.example/x?a=1&copy;=2'],
  ])('%j keeps its address', (text, url) => {
    const links = allNodes(markdownTree(value([paragraph(text)]))).filter(({ type }) => type === 'link');
    expect(links.map((link) => link.url?.replace('&amp;', '&'))).toEqual([url]);
  });

  test.each(['https://linear.app/acme/profiles/ada', 'HTTPS://linear.app/acme/profiles/ada?x'])(
    '%j and a link to it mention nobody',
    (url) => {
      expect(harm(value([paragraph(`ask ${url} now`)]))).toEqual([]);
      expect(harm(value([paragraph('ask Ada', url)]))).toEqual([]);
    },
  );

  test('a name after an at sign mentions nobody', () => {
    expect(names(value([paragraph('@ada (@bob) a@b.example')]))).toBe(false);
  });
});

describe('any rich text', () => {
  test('shows what it means, block by block, and does no harm', () => {
    fc.assert(
      fc.property(contents, (rich) => {
        const markdown = value(rich);
        expect([markdown, shape(markdownTree(markdown))]).toEqual([markdown, meant(rich)]);
        expect([markdown, harm(markdown)]).toEqual([markdown, []]);
      }),
      OPTIONS,
    );
  });

  test('survives an editor, unless a line of it is unclear, which is rare', () => {
    let unclear = 0;
    fc.assert(
      fc.property(contents, fc.constantFrom(...spellings), (rich, spelling) => {
        const markdown = value(rich);
        const saved = savedInEditor(markdown, spelling);
        // The printer of the test is not faithful to every text.
        fc.pre(shownTree(markdownTree(saved)) === shownTree(markdownTree(markdown)));
        const forms = [canonicalMarkdown(saved), canonicalMarkdown(markdown)];
        // A line that parsers may read differently is compared as it is written.
        if (forms.some((form) => form.includes('"unclear"'))) unclear++;
        else expect([markdown, saved, forms[0]]).toEqual([markdown, saved, forms[1]]);
      }),
      OPTIONS,
    );
    expect(unclear).toBeLessThan(RUNS / 3);
  });
});
