import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseWrite, type WriteSwitches } from '../../../local/confluence/storage/normalise-write.ts';
import { anyStorage, planningPages } from '../../support/local-confluence/storage.ts';

const defaults: WriteSwitches = {
  unknownLocalIds: 'kept',
  macroIds: 'added',
  quotes: 'kept',
  entities: 'kept',
  versionAtSave: 'absent',
};
const newId = () => 'new-id';
const written = (storage: string, switches: Partial<WriteSwitches> = {}, stored?: string): string => {
  const result = normaliseWrite(storage, { ...defaults, ...switches }, { newId, ...(stored && { stored }) });
  if ('error' in result) throw new Error(result.error);
  return result.storage;
};
const refused = (storage: string) => normaliseWrite(storage, defaults);
const macro = '<ac:structured-macro ac:name="toc"/>';

test('a write gives macros ids and empty tags a blank, and changes nothing else', () => {
  expect(written(`<p class='x'>a&nbsp;b<br/></p>\n<hr/><!-- <br/> -->${macro}<p></p>`)).toBe(
    `<p class='x'>a&nbsp;b<br /></p>\n<hr /><!-- <br/> --><ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="new-id" /><p></p>`,
  );
  const full = '<ac:structured-macro ac:name="toc" ac:schema-version="3" ac:macro-id="old" />';
  expect(written(full)).toBe(full);
  expect(written('<ac:structured-macro ac:macro-id="old"></ac:structured-macro>')).toBe(
    '<ac:structured-macro ac:macro-id="old" ac:schema-version="1"></ac:structured-macro>',
  );
  const code = '<ac:plain-text-body><![CDATA[<br/><ac:structured-macro/>]]></ac:plain-text-body>';
  expect(written(code)).toBe(code);
});

test('the ids that a write adds are UUIDs', () => {
  const result = normaliseWrite(macro, defaults);
  expect(result).toMatchObject({
    storage: expect.stringMatching(/ac:macro-id="[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}"/),
  });
});

test('writing the same storage again changes nothing', () => {
  fc.assert(
    fc.property(anyStorage, (storage) => {
      const once = written(storage);
      expect(written(once)).toBe(once);
      const plain = once
        .replaceAll(' ac:schema-version="1"', '')
        .replaceAll(' ac:macro-id="new-id"', '')
        .replaceAll(' />', '/>');
      expect(plain).toBe(storage.replaceAll(' />', '/>'));
    }),
  );
});

test('pages of the cloud editor come back byte for byte', () => {
  for (const [name, storage] of planningPages)
    if (name.includes('cloud')) expect(written(storage), name).toBe(storage);
});

test('malformed storage is refused in the words of Confluence, with its row and column', () => {
  const cases: [storage: string, problem: string, row: number, col: number][] = [
    ['<p>a\n\n<b>x</p>', 'Unexpected close tag </p>; expected </b>.', 3, 5],
    ['<p>a', 'Unexpected EOF; was expecting a close tag for element <p>', 1, 5],
    ['a</p>', 'Unexpected close tag </p>; expected </root>.', 1, 2],
    ['<p>&foo;</p>', 'Undeclared general entity "foo"', 1, 4],
    ['<p>a & b</p>', 'Unterminated reference (a reference must end with `;`)', 1, 8],
    ['<td a="1" a="2"/>', 'Duplicate attribute: a', 1, 16],
    ['<p>a < b</p>', "Unexpected character '<' in <p>", 1, 6],
    ['</root><root>', 'Extra content at the end of the document', 1, 8],
    ['<!DOCTYPE html><p/>', "Unexpected character '<' in <root>", 1, 1],
    [`${'<div>'.repeat(600)}${'</div>'.repeat(600)}`, 'Maximum element depth of 500 exceeded.', 1, 2501],
    [`${'<i>'.repeat(50_000)}${'</i>'.repeat(50_000)}`, 'Maximum element depth exceeded.', 1, 1],
  ];
  for (const [storage, problem, row, col] of cases)
    expect(refused(storage), storage.slice(0, 30)).toEqual({
      error: `Error parsing xhtml: ${problem}\n at [row,col {unknown-source}]: [${row},${col}]`,
      row,
      col,
    });
});

test('the entities of XHTML are accepted, and those of HTML 5 only are not', () => {
  expect(written('<p title="&eacute;">&nbsp;&hellip;&rarr;&#8364;</p>')).toContain('&hellip;');
  expect(refused('&check;')).toMatchObject({ row: 1, col: 1 });
});

test('switches decide what no source settles', () => {
  const link = '<ri:page ri:content-title="A"/>';
  expect(written(link, { versionAtSave: 'added' })).toBe(
    '<ri:page ri:content-title="A" ri:version-at-save="1" />',
  );
  expect(written(macro, { macroIds: 'kept-as-sent' })).toBe('<ac:structured-macro ac:name="toc" />');
  expect(
    written('<ac:structured-macro ac:macro-id="old" ac:schema-version="1" />', { macroIds: 'renewed' }),
  ).toBe('<ac:structured-macro ac:macro-id="new-id" ac:schema-version="1" />');
  const quoted = `<p title="it's">it's <![CDATA[it's]]></p>`;
  expect(written(quoted, { quotes: 'curled' })).toBe(`<p title="it's">it’s <![CDATA[it's]]></p>`);
  const entities = '<p>a&nbsp;&amp;&lt;&uuml;&#8364;</p>';
  expect(written(entities, { entities: 'decoded' })).toBe('<p>a\u00a0&amp;&lt;ü&#8364;</p>');
  const ids = '<tr ac:local-id="known"><td\n local-id="sent" class="x">a</td></tr>';
  expect(written(ids, { unknownLocalIds: 'stripped' }, '<p local-id="known" />')).toBe(
    '<tr ac:local-id="known"><td class="x">a</td></tr>',
  );
  expect(written('<td local-id="sent"/>', { unknownLocalIds: 'stripped' })).toBe('<td />');
});

test('the time of a write grows with the size of the page, also for very many empty elements', () => {
  const page = `<p>a</p>${'<br/>'.repeat(100_000)}`;
  const start = performance.now();
  expect(written(page)).toHaveLength(page.length + 100_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
