import type { StorageElement } from '../storage/parse.ts';
import { attribute, isElement } from '../storage/tree.ts';

/** A cell with the rows and columns that it covers. */
export interface Cell {
  element: StorageElement;
  row: number;
  column: number;
  rows: number;
  columns: number;
}

export interface Grid {
  rows: StorageElement[];
  cells: Cell[];
}

const MAX_SPAN = 1000;

const span = (cell: StorageElement, name: string): number => {
  const value = Number(attribute(cell, name) ?? 1);
  return Number.isInteger(value) && value > 0 ? Math.min(value, MAX_SPAN) : 1;
};

/** Where the cells of a table are, merged ones included. */
export const gridOf = (table: StorageElement): Grid => {
  const rows = table.children
    .flatMap((child) => (isElement(child, 'thead', 'tbody', 'tfoot') ? child.children : [child]))
    .filter((child): child is StorageElement => isElement(child, 'tr'));
  const cells: Cell[] = [];
  /** The row down to which each column is covered from above. */
  const coveredTo: number[] = [];
  for (const [row, { children }] of rows.entries()) {
    let column = 0;
    for (const element of children) {
      if (!isElement(element, 'td', 'th')) continue;
      while ((coveredTo[column] ?? 0) > row) column += 1;
      const cell = {
        element,
        row,
        column,
        rows: span(element, 'rowspan'),
        columns: span(element, 'colspan'),
      };
      cells.push(cell);
      for (let index = 0; index < cell.columns; index += 1) coveredTo[column + index] = row + cell.rows;
      column += cell.columns;
    }
  }
  return { rows, cells };
};
