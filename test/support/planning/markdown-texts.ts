import fc from 'fast-check';

/** Random Markdown: texts as people write them, and noise in which marks meet in all ways. */

const listed = (all: string): string[] => all.split('¦');

const MARKS =
  '*¦**¦***¦_¦__¦~¦~~¦`¦``¦[¦]¦](¦](u)¦](https://a.example/x)¦!¦![¦(¦)¦:¦]: ¦|¦| ¦---¦===¦:-¦=¦-¦.¦"¦\'¦?¦,¦```¦~~~¦+++';
const STARTS = '1.¦2)¦10. ¦#¦# ¦>¦> ¦- ¦+ ¦* ¦[ ] ¦[x] ';
const ESCAPES = '\\¦\\*¦\\_¦\\|¦\\<¦\\.¦\\-¦\\(¦\\@¦\\`¦\\[¦\\=¦\\"';
const TAGS = '<¦<b>¦</p>¦<!--¦&amp;¦&lt¦;';
const ADDRESSES =
  '<https://a.example>¦https://a.example/b_c¦www.a.example¦a@b.example¦https://linear.app/a/issue/B-1';
const PARTS = '~5¦5*3¦x_y¦`x`¦**a**¦__a__¦*a*¦_a_¦~~a~~¦**[A]**';
const WORDS = 'a¦b c¦5¦Größe¦cafe\u0301¦\u00a0¦森¦@team¦\u0338¦\u212a';
const BLANKS = ' ¦ ¦ ¦ ¦  ¦\n¦\n¦  \n¦\\\n¦\n\n¦\n  ¦\n    ¦\n- ¦\n> ¦\n1. ¦\n   - ¦\t¦\r\n';

const piece = fc.constantFrom(
  ...[MARKS, STARTS, ESCAPES, TAGS, ADDRESSES, PARTS, WORDS, BLANKS].flatMap(listed),
);
const noise = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

const word = fc.constantFrom(
  ...listed('a¦of¦slot¦x_y¦3¦Größe¦2026-05-01¦森¦C++¦1.¦a\\|b¦\\@team¦#1¦\\<b¦a&b¦~5¦5*3¦~~5*3~~'),
  ...listed(
    '**a**¦__a b__¦*a*¦_a_¦~~a~~¦`x`¦`` a`b ``¦[t](https://a.example/x)¦[**t** u](<https://a.example/x_y>)',
  ),
  ...listed(
    '<https://a.example>¦https://a.example/b?c=1¦\\*¦\\[¦\\_a¦![i](https://a.example/i.png)¦**a *b* c**',
  ),
  ...listed(
    '(a)¦\\(a\\)¦*¦**¦_¦[¦]¦!¦b.¦**[A]**¦https://linear.app/a/issue/B-1/x-y¦[B-1](https://linear.app/a/issue/B-1)',
  ),
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
  fc.constantFrom(
    '---',
    '***',
    '```js\nlet a = 1;\n\n  b\n```',
    '~~~\n`x`\n~~~',
    '    a\n\n    b',
    '[x]: https://a.example',
  ),
);
const page = fc
  .array(fc.tuple(block, fc.constantFrom('\n', '\n\n', '\n\n', '\n\n\n')), { minLength: 1, maxLength: 5 })
  .map((blocks) => blocks.flat().join(''));

export const markdownText = fc.oneof(page, noise);

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
  text.normalize('NFC').replaceAll('\u00a0', ' '),
];
