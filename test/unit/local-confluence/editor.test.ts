import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyTexts } from '../../../local/confluence/editor/apply-texts.ts';
import { blocksOf } from '../../../local/confluence/editor/blocks.ts';
import {
  addBlock,
  addHeading,
  appendBlock,
  deleteBlock,
} from '../../../local/confluence/editor/change-blocks.ts';
import { gridOf } from '../../../local/confluence/editor/grid.ts';
import { parseStorage } from '../../../local/confluence/storage/parse.ts';
import { elementsIn, textOf } from '../../../local/confluence/storage/tree.ts';
import { folded } from '../../../local/confluence/storage/visible-text.ts';
import { anyStorage, planningPages } from '../../support/local-confluence/storage.ts';

const fieldsIn = (storage: string) => blocksOf(storage).flatMap(({ fields }) => fields);
const textsIn = (storage: string) =>
  fieldsIn(storage)
    .toSorted((a, b) => a.index - b.index)
    .map(({ text }) => folded(text));
const blockWith = (storage: string, text: string): number =>
  blocksOf(storage).find(({ fields }) => fields.some((field) => field.text.includes(text)))?.place ?? -1;

/** The cells of the first table by row and column; a merged cell stands in each place that it covers. */
const cellsIn = (storage: string): string[][] => {
  const table = [...elementsIn(parseStorage(storage))].find(({ name }) => name === 'table');
  if (!table) return [];
  const { rows, cells } = gridOf(table);
  return rows.map((_, row) =>
    cells
      .filter((cell) => cell.row <= row && row < cell.row + cell.rows)
      .sort((a, b) => a.column - b.column)
      .flatMap((cell) => Array.from({ length: cell.columns }, () => textOf(cell.element))),
  );
};

test('texts that nobody edited leave every byte as it is', () => {
  fc.assert(
    fc.property(anyStorage, (storage) => {
      const texts = fieldsIn(storage).map(({ index, text }) => [index, text] as const);
      expect(applyTexts(storage, new Map(texts))).toBe(storage);
    }),
  );
  for (const [name, storage] of planningPages)
    expect(applyTexts(storage, new Map(fieldsIn(storage).map((f) => [f.index, f.text]))), name).toBe(storage);
});

test('an edited text is the new one, and all others stay', () => {
  fc.assert(
    fc.property(anyStorage, fc.nat(), fc.stringMatching(/^[a-z<&"]{1,8}$/), (storage, pick, typed) => {
      const texts = textsIn(storage);
      if (texts.length === 0) return;
      const index = pick % texts.length;
      expect(textsIn(applyTexts(storage, new Map([[index, typed]])))).toEqual(texts.with(index, typed));
    }),
  );
});

test('a retitled heading keeps its comment, its status and its id', () => {
  const [, storage = ''] = planningPages.find(([name]) => name.startsWith('02')) ?? [];
  const index = fieldsIn(storage).find(({ text }) => text.includes('Live occupancy view'))?.index ?? -1;
  const edited = applyTexts(storage, new Map([[index, '1.1 Feature: Live occupancy board']]));
  expect(edited).toBe(
    storage.replace('</ac:inline-comment-marker> view', '</ac:inline-comment-marker> board'),
  );
});

test('typing takes the place of a placeholder and fills an empty cell', () => {
  const storage =
    '<p>AC: <ac:placeholder>Type here</ac:placeholder></p><table><tbody><tr><td><p /></td><td></td></tr></tbody></table>';
  expect(fieldsIn(storage).map(({ text, hint }) => text || hint)).toEqual(['AC:', 'Type here', '', '']);
  expect(
    applyTexts(
      storage,
      new Map([
        [1, 'Fast & safe'],
        [2, 'a'],
        [3, 'b'],
      ]),
    ),
  ).toBe('<p>AC: Fast &amp; safe</p><table><tbody><tr><td><p>a</p></td><td>b</td></tr></tbody></table>');
});

test('cells are labelled by the header of their column', () => {
  const [, storage = ''] = planningPages.find(([name]) => name.startsWith('10')) ?? [];
  const row = blocksOf(storage).filter(({ kind }) => kind === 'Row')[1];
  expect(row?.fields.map(({ label }) => label)).toContain('Title');
});

const merged = `<table><tbody><tr><th>A</th><th>B</th><th>C</th></tr><tr><td rowspan="2" local-id="x">e</td><td>f1</td><td rowspan="3">c</td></tr><tr><td>f2</td></tr><tr><td colspan="2">g</td></tr></tbody></table>`;

test('a new row lets merged cells grow over it', () => {
  const added = addBlock(merged, blockWith(merged, 'f1'));
  expect(cellsIn(added)).toEqual([
    ['A', 'B', 'C'],
    ['e', 'f1', 'c'],
    ['e', '', 'c'],
    ['e', 'f2', 'c'],
    ['g', 'g', 'c'],
  ]);
  expect(added).toContain('<tr><td><p /></td></tr>');
  expect(cellsIn(addBlock(merged, blockWith(merged, 'g')))[4]).toEqual(['', '', '']);
  expect(addBlock(merged, blockWith(merged, 'A'))).toContain(
    `</tr><tr>${'<td><p /></td>'.repeat(3)}</tr><tr>`,
  );
});

test('a deleted row lets merged cells shrink, and moves those that begin in it', () => {
  expect(cellsIn(deleteBlock(merged, blockWith(merged, 'f1')))).toEqual([
    ['A', 'B', 'C'],
    ['e', 'f2', 'c'],
    ['g', 'g', 'c'],
  ]);
  expect(deleteBlock(merged, blockWith(merged, 'f1'))).toContain(
    '<tr><td local-id="x">e</td><td>f2</td><td rowspan="2">c</td></tr>',
  );
  expect(cellsIn(deleteBlock(merged, blockWith(merged, 'f2')))).toEqual([
    ['A', 'B', 'C'],
    ['e', 'f1', 'c'],
    ['g', 'g', 'c'],
  ]);
  expect(deleteBlock('<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>', 5)).toBe(
    '<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>',
  );
  const only = '<p>a</p><table><tbody><tr><td>b</td></tr></tbody></table>';
  expect(deleteBlock(only, blockWith(only, 'b'))).toBe('<p>a</p>');
});

test('a row that was added and deleted again leaves the table as it was', () => {
  fc.assert(
    fc.property(fc.constantFrom('e', 'f1', 'f2', 'g', 'A'), (text) => {
      const place = blockWith(merged, text);
      const added = addBlock(merged, place);
      const fresh = blocksOf(added).find(({ fields }) => fields.every((field) => field.text === ''));
      expect(cellsIn(deleteBlock(added, fresh?.place ?? -1))).toEqual(cellsIn(merged));
    }),
  );
});

test('headings, paragraphs, items and tasks are added where they belong and deleted alone', () => {
  const storage =
    '<h3>A</h3><ul><li><p>b</p></li></ul><ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>c</ac:task-body></ac:task></ac:task-list>';
  const place = (text: string) => blockWith(storage, text);
  expect(addBlock(storage, place('b'))).toContain('<li><p>b</p></li><li><p /></li></ul>');
  expect(addBlock(storage, place('A'))).toContain('</h3><p /><ul>');
  expect(addBlock(storage, place('c'))).toContain('<ac:task-id>8</ac:task-id><ac:task-status>incomplete<');
  expect(addHeading(storage, place('b'))).toContain('</ul><h3></h3><ac:task-list>');
  expect(deleteBlock(storage, place('A'))).toBe(storage.slice('<h3>A</h3>'.length));
  expect(deleteBlock(storage, place('b'))).not.toContain('<ul>');
  expect(appendBlock(storage, 'heading')).toBe(`${storage}<h2></h2>`);
  expect(appendBlock(storage, 'constructor')).toBe(storage);
  const layout =
    '<ac:layout><ac:layout-section><ac:layout-cell><p>a</p></ac:layout-cell></ac:layout-section></ac:layout>\n';
  expect(appendBlock(layout, 'paragraph')).toContain('<p>a</p><p /></ac:layout-cell>');
});

test('every change of a block leaves storage that is well-formed', () => {
  fc.assert(
    fc.property(
      anyStorage,
      fc.nat(),
      fc.constantFrom(addBlock, addHeading, deleteBlock),
      (storage, pick, change) => {
        const changeable = blocksOf(storage).filter(({ canChange }) => canChange);
        const block = changeable[pick % Math.max(1, changeable.length)];
        if (!block) return;
        const changed = change(storage, block.place);
        expect(() => parseStorage(changed)).not.toThrow();
        expect(changed).not.toBe(storage);
      },
    ),
  );
});
