import type { StorageElement } from './parse.ts';
import type { SeededIds } from './seeded-ids.ts';
import type { Edit } from './splice.ts';
import { attribute, childOf, elementsIn, isElement } from './tree.ts';

/** The attributes that a save in the editor adds to a table. */
export const tableAttributes = (element: StorageElement, ids: SeededIds): [string, string][] => {
  if (element.name !== 'table') return [];
  const missing = (name: string): boolean => attribute(element, name) === undefined;
  const isAligned = ids.coin();
  return [
    ...(missing('data-layout') ? [['data-layout', 'default'] as [string, string]] : []),
    ...(isAligned && missing('ac:align') ? [['ac:align', 'center'] as [string, string]] : []),
  ];
};

const TABLE_WIDTH = 760;
const MAX_COLUMNS = 200;

/** A table without column widths gets them. */
export const columnEdits = (element: StorageElement): Edit[] => {
  if (element.name !== 'table' || element.closesItself || childOf(element, 'colgroup')) return [];
  const columns = Math.max(0, ...rowsOf(element).map(width));
  if (columns === 0 || columns > MAX_COLUMNS) return [];
  const column = `<col style="width: ${(TABLE_WIDTH / columns).toFixed(2)}px;" />`;
  const { openEnd } = element;
  return [{ start: openEnd, end: openEnd, text: `<colgroup>${column.repeat(columns)}</colgroup>` }];
};

const rowsOf = (table: StorageElement): StorageElement[] =>
  table.children
    .flatMap((child) => (isElement(child, 'thead', 'tbody', 'tfoot') ? child.children : [child]))
    .filter((child): child is StorageElement => isElement(child, 'tr'));

const MAX_SPAN = 100;

const width = (row: StorageElement): number =>
  row.children.reduce((sum, cell) => {
    if (!isElement(cell, 'td', 'th')) return sum;
    const span = Number(attribute(cell, 'colspan') ?? 1);
    return sum + (Number.isInteger(span) ? Math.min(Math.max(span, 1), MAX_SPAN) : 1);
  }, 0);

/** Below a table at the end of a page or of a layout cell the editor keeps a line to type in. */
export const appearingParagraphs = (root: StorageElement, newId: () => string): Edit[] =>
  [...elementsIn(root)].flatMap((element): Edit[] => {
    if (element.parent && element.name !== 'ac:layout-cell') return [];
    const last = element.children.findLast((child) => child.type === 'element' || child.text.trim() !== '');
    if (!last || !isElement(last, 'table')) return [];
    return [{ start: last.end, end: last.end, text: `<p local-id="${newId()}" />` }];
  });
