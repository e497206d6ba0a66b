import { parseStorage, type StorageElement } from '../storage/parse.ts';
import { attribute, isElement, textOf } from '../storage/tree.ts';
import { type Field, fieldsOf, placedElements } from './fields.ts';
import { gridOf } from './grid.ts';

/** What a person adds and deletes as one: a heading, a paragraph, a list item, a task, a table row. */
export interface Block {
  kind: string;
  /** The place of its element among all of the page. */
  place: number;
  canChange: boolean;
  fields: { index: number; label: string; text: string; hint: string; isLong: boolean }[];
}

const LEAF = /^(p|h[1-6]|pre|ac:parameter|ac:plain-text-body)$/;

/** The outermost row around a text; else its list item, task, heading or paragraph. */
const blockOf = (element: StorageElement): StorageElement => {
  const around: StorageElement[] = [];
  for (let one: StorageElement | undefined = element; one; one = one.parent) around.push(one);
  return (
    around.findLast(({ name }) => name === 'tr') ??
    around.find(({ name }) => name === 'li' || name === 'ac:task') ??
    around.find(({ name }) => LEAF.test(name)) ??
    element
  );
};

const kindOf = ({ name, parent }: StorageElement): string => {
  const kinds: Record<string, string> = {
    p: 'Paragraph',
    li: 'List item',
    'ac:task': 'Task',
    tr: 'Row',
    pre: 'Code',
    'ac:plain-text-body': 'Code',
    'ac:parameter': `Title of ${(parent && attribute(parent, 'ac:name')) ?? 'macro'}`,
  };
  return /^h[1-6]$/.test(name) ? `Heading ${name.slice(1)}` : (kinds[name] ?? 'Text');
};

export const CHANGEABLE = /^(p|h[1-6]|li|ac:task|tr)$/;

/** The blocks of a page with their texts, in its order. Throws a `StorageError`. */
export const blocksOf = (storage: string): Block[] => {
  const root = parseStorage(storage);
  const places = new Map(placedElements(root).map((element, place) => [element, place]));
  const labels = new ColumnLabels();
  const blocks = new Map<StorageElement, Block>();
  for (const [index, field] of fieldsOf(root).entries()) {
    const element = blockOf(field.element);
    const block = blocks.get(element) ?? {
      kind: kindOf(element),
      place: places.get(element) ?? 0,
      canChange: CHANGEABLE.test(element.name),
      fields: [],
    };
    blocks.set(element, block);
    const label = element.name === 'tr' ? labels.of(field, element) : block.kind;
    block.fields.push({
      index,
      label,
      text: field.text,
      hint: field.hint,
      isLong: element.name === 'ac:plain-text-body',
    });
  }
  return [...blocks.values()];
};

/** The header above each cell, for the labels of its texts. */
class ColumnLabels {
  readonly #known = new Map<StorageElement, Map<StorageElement, string>>();

  of(field: Field, row: StorageElement): string {
    let cell: StorageElement | undefined = field.element;
    while (cell && !(cell.parent === row && isElement(cell, 'td', 'th'))) cell = cell.parent;
    let table = row.parent;
    while (table && table.name !== 'table') table = table.parent;
    if (!cell || !table) return 'Cell';
    const known = this.#known.get(table) ?? labelsIn(table);
    this.#known.set(table, known);
    return known.get(cell) ?? 'Cell';
  }
}

const labelsIn = (table: StorageElement): Map<StorageElement, string> => {
  const { cells } = gridOf(table);
  const first = cells.filter(({ row }) => row === 0);
  const headers = first.every(({ element }) => element.name === 'th') ? first : [];
  return new Map(
    cells.map(({ element, row, column }) => {
      const header = headers.find((one) => one.column <= column && column < one.column + one.columns);
      const name = header && textOf(header.element).trim();
      return [element, row > 0 && name ? name : `Column ${column + 1}`];
    }),
  );
};
