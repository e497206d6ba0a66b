import fc from 'fast-check';
import { commonMarkTree } from './commonmark-tree.ts';
import { markdownTree } from './markdown-tree.ts';
import { shownTree } from './shown-markdown.ts';

/**
 * Random Markdown of four kinds. The judge of the first is the reference implementation of CommonMark; that of the
 * others knows tables, struck text, tasks and bare URLs, but misreads some marks that cross or stand alone.
 */

const listed = (all: string): string[] => all.split('¦');
const oneOf = (...lists: string[]) => fc.constantFrom(...lists.flatMap(listed));
const joined = (piece: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(piece, { maxLength }).map((pieces) => pieces.join(''));

const MARKS = '*¦**¦***¦_¦__¦`¦``¦[¦]¦](¦](u)¦](u:x)¦!¦![¦(¦)¦:¦---¦===¦=¦-¦.¦"¦\'¦?¦,¦```¦~~~';
const STARTS = '1.¦2)¦10. ¦#¦# ¦>¦> ¦- ¦+ ¦* ';
const ESCAPES = '\\¦\\*¦\\_¦\\<¦\\.¦\\-¦\\(¦\\@¦\\`¦\\[¦\\=¦\\"¦\\&';
const TAGS = '<¦<b>¦</p>¦<!--¦&amp;¦&lt¦&#42;¦&nbsp;¦;¦<u:x>';
const PARTS = '5*3¦x_y¦`x`¦**a**¦__a__¦*a*¦_a_¦**[A]**';
const WORDS = 'a¦b c¦5¦Größe¦cafe\u0301¦\u00a0¦森¦@team¦\u0338¦\u212a';
const BLANKS = ' ¦ ¦ ¦ ¦  ¦\n¦\n¦  \n¦\\\n¦\n\n¦\n  ¦\n    ¦\n- ¦\n> ¦\n1. ¦\n   - ¦\t¦\r\n';

/** Marks that meet in all ways. */
const noise = joined(oneOf(MARKS, STARTS, ESCAPES, TAGS, PARTS, WORDS, BLANKS), 14);

const GFM = '~~¦~~¦~¦|¦|a|b|¦|-|-|¦\n|-|\n¦- [ ] ¦- [x] ¦https://a.example/b¦www.a.example¦a@b.example';
/** The same with marks that CommonMark does not have. */
const gfmNoise = joined(oneOf(GFM, MARKS, STARTS, ESCAPES, TAGS, PARTS, WORDS, BLANKS), 14);

const URLS =
  '<https://a.example>¦https://a.example/b_c¦http://a.example/?b=c&d¦www.a.example¦[t](https://a.example/x)¦https://linear.app/a/issue/B-1¦[B-1](https://linear.app/a/issue/B-1/x)';
const urls = joined(oneOf(URLS, WORDS, ESCAPES, ' ¦ ¦ ¦.¦,¦)¦(¦*¦_¦\n¦~~a~~¦`x`¦**a**¦**¦[¦]'), 6);

const CELLS = 'a¦b c¦ ¦\\|¦`x`¦`x\\|y`¦**a**¦\\*¦é¦<b>¦~~a~~¦-¦:';
const row = fc
  .array(joined(oneOf(CELLS), 4), { minLength: 1, maxLength: 3 })
  .map((cells) => `|${cells.join('|')}|`);
const tables = fc
  .tuple(
    row,
    fc.constantFrom('|-|', '|:-|-|', '| --- | :-: | --: |'),
    fc.array(row, { maxLength: 3 }),
    oneOf('¦a'),
  )
  .map(([head, rule, rows, after]) => [head, rule, ...rows, after].join('\n'));

const word = oneOf(
  'a¦of¦slot¦x_y¦3¦Größe¦2026-05-01¦森¦C++¦a\\|b¦\\@team¦#1¦\\<b¦a&b¦~5¦~~b~~',
  '**a**¦__a b__¦*a*¦_a_¦~~a~~¦`x`¦`` a`b ``¦[t](https://a.example/x)¦[**t** u](<https://a.example/x_y>)',
  '<https://a.example>¦https://a.example/b?c=1¦\\*¦\\[¦\\_a¦![i](https://a.example/i.png)¦**a *b* c**',
  '(a)¦\\(a\\)¦!¦b.¦**\\[A]**¦https://linear.app/a/issue/B-1/x-y¦[B-1](https://linear.app/a/issue/B-1)',
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
  fc.constantFrom('---', '***', '```js\nlet a = 1;\n\n  b\n```', '~~~\n`x`\n~~~', '+++ More\n\na\n\n+++'),
);
/** Texts as people write them. */
const pages = fc
  .array(fc.tuple(block, fc.constantFrom('\n', '\n\n', '\n\n', '\n\n\n')), { minLength: 1, maxLength: 5 })
  .map((blocks) => blocks.flat().join(''));

const judgedBy = (judge: (text: string) => string) => (text: string) => ({ text, judge });

/** A random text and who says what it shows. */
export const judgedMarkdown = fc.oneof(
  noise.map(judgedBy((text) => shownTree(commonMarkTree(text)))),
  fc.oneof(urls, tables, pages, gfmNoise).map(judgedBy((text) => shownTree(markdownTree(text)))),
);

/** Other notations for what is in a text. Some of them change what it means. */
export const respelled = (text: string): string[] => [
  text.replaceAll('_', '*'),
  text.replaceAll('*', '_'),
  text.replaceAll('\\', ''),
  text.replace(/[!-/:-@[-`{-~]/g, '\\$&'),
  text.replaceAll('\n\n', '\n'),
  text.replaceAll('\n', '\n\n'),
  text.replaceAll('\n', ' '),
  text.replaceAll('  ', ' '),
  text.replace(/[<>]/g, ''),
  text.replace(/[-+*] /g, '* '),
  text.replace(/\d[.)] /g, '1. '),
  text.replaceAll('&', '&amp;'),
  text.replaceAll('~', '`'),
  text.replace(/^\d+[.)]/gm, '-'),
  text.normalize('NFC').replaceAll('\u00a0', ' '),
];
