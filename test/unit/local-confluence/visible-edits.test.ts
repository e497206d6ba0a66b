import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commentMarker } from '../../../local/confluence/storage/comment-marker.ts';
import { diff, markupDiff } from '../../../local/confluence/storage/diff.ts';
import { parseStorage } from '../../../local/confluence/storage/parse.ts';
import { replaceText } from '../../../local/confluence/storage/replace-text.ts';
import { folded, visibleRuns } from '../../../local/confluence/storage/visible-text.ts';
import { anyStorage } from '../../support/local-confluence/storage.ts';

const replaced = (storage: string, ...pairs: [string, string][]): unknown => {
  const result = replaceText(storage, pairs);
  return 'storage' in result ? result.storage : result;
};
const textsOf = (storage: string): string[] => visibleRuns(parseStorage(storage)).map(({ text }) => text);

test('a replaced text keeps the markup in and around it', () => {
  const marked =
    '<h2>Live <ac:inline-comment-marker ac:ref="r">occupancy</ac:inline-comment-marker> view</h2>';
  expect(replaced(marked, ['Live occupancy view', 'Live occupancy & more'])).toBe(
    '<h2>Live <ac:inline-comment-marker ac:ref="r">occupancy</ac:inline-comment-marker> &amp; more</h2>',
  );
  expect(replaced(marked, ['Live occupancy', 'Live bed occupancy'])).toContain('Live bed <ac:inline');
  expect(replaced('<p>a <b>b</b> c</p>', ['a b c', 'x'])).toBe('<p>x<b></b></p>');
  expect(replaced('<p>80&nbsp;% &eacute;</p>', ['80 % é', '90 % é'])).toBe('<p>90&nbsp;% &eacute;</p>');
  expect(replaced('<p>one</p><p>one</p>', ['one', 'two'], ['one', 'three'])).toBe('<p>two</p><p>three</p>');
  expect(replaced('<p>gone</p>', ['gone', ''])).toBe('<p></p>');
  expect(replaced('<p>😀</p>', ['😀', '😁'])).toBe('<p>😁</p>');
  expect(replaced('<p>&#x1F600;</p>', ['😀', '😁'])).toBe('<p>😁</p>');
});

test('titles of macros and code are visible text; settings, task ids and comments are not', () => {
  const status =
    '<ac:structured-macro><ac:parameter ac:name="title">Done</ac:parameter><ac:parameter ac:name="colour">Red</ac:parameter></ac:structured-macro>';
  expect(replaced(status, ['Done', 'Open'])).toContain('>Open<');
  expect(replaced(status, ['Red', 'Blue'])).toEqual({ missing: 'Red' });
  expect(replaced('<!-- note --><ac:task-id>7</ac:task-id>', ['note', 'x'])).toEqual({ missing: 'note' });
  expect(replaced('<![CDATA[a < b]]>', ['a < b', 'a ]]> b'])).toBe('<![CDATA[a ]]]]><![CDATA[> b]]>');
});

test('a text over two blocks is not found', () => {
  expect(replaced('<p>a</p><p>b</p>', ['ab', 'x'])).toEqual({ missing: 'ab' });
  expect(replaced('<p>a<br />b</p>', ['ab', 'x'])).toEqual({ missing: 'ab' });
  expect(replaced('<p>a</p>', ['', 'x'])).toEqual({ missing: '' });
});

test('replacing any visible text writes exactly the new one', () => {
  fc.assert(
    fc.property(anyStorage, fc.nat(), fc.string(), (storage, pick, text) => {
      const texts = textsOf(storage);
      const old = texts[pick % Math.max(1, texts.length)];
      if (old === undefined) return;
      const result = replaceText(storage, [[old, `x${text.replace(/\r/g, '')}`]]);
      const at = texts.findIndex((one) => one.includes(old));
      const wanted = texts.with(
        at,
        (texts[at] ?? '').replace(old, () => `x${text.replace(/\r/g, '')}`),
      );
      const shown = 'storage' in result ? textsOf(result.storage) : [];
      expect(shown.map(folded)).toEqual(wanted.map(folded));
    }),
  );
});

test('a comment marks the first occurrence of a text, in pieces where formatting divides it', () => {
  expect(commentMarker('<p>ab ab</p>', 'ab', 'r')).toBe(
    '<p><ac:inline-comment-marker ac:ref="r">ab</ac:inline-comment-marker> ab</p>',
  );
  expect(commentMarker('<p>a&nbsp;<b>b</b></p>', 'a b', 'r')).toBe(
    '<p><ac:inline-comment-marker ac:ref="r">a&nbsp;</ac:inline-comment-marker><b><ac:inline-comment-marker ac:ref="r">b</ac:inline-comment-marker></b></p>',
  );
  expect(commentMarker('<p>a</p>', 'z', 'r')).toBeUndefined();
  fc.assert(
    fc.property(anyStorage, fc.nat(), (storage, pick) => {
      const texts = textsOf(storage);
      const text = texts[pick % Math.max(1, texts.length)];
      const marked = text === undefined ? undefined : commentMarker(storage, text, 'r');
      if (marked === undefined) return;
      expect(textsOf(marked)).toEqual(texts);
      expect(marked.replace(/<\/?ac:inline-comment-marker[^>]*>/g, '')).toBe(
        storage.replace(/<\/?ac:inline-comment-marker[^>]*>/g, ''),
      );
    }),
  );
});

test('the history shows which texts came and went, and which markup', () => {
  const old = '<h2>Plan</h2><p local-id="a">One</p><p>Two</p>';
  const text = '<h2>Plan</h2><p local-id="b">One</p><p>Two and a half</p>';
  expect(diff(old, text)).toEqual([
    { kind: 'same', text: 'Plan' },
    { kind: 'same', text: 'One' },
    { kind: 'removed', text: 'Two' },
    { kind: 'added', text: 'Two and a half' },
  ]);
  expect(markupDiff(old, text).filter(({ kind }) => kind === 'added')).toEqual([
    { kind: 'added', text: '<p local-id="b">One</p>' },
    { kind: 'added', text: '<p>Two and a half</p>' },
  ]);
});

test('versions with very many differences are shown as a whole, not compared', () => {
  const page = (word: string) =>
    Array.from({ length: 2000 }, (_, index) => `<p>${word} ${index}</p>`).join('');
  const kinds = diff(page('a'), `${page('b')}<p>a 0</p>`).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'removed')).toHaveLength(2000);
  expect(kinds.filter((kind) => kind === 'added')).toHaveLength(2001);
});
