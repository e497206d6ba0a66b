import type { Cell, Row, Table } from '../../storage/blocks.ts';

/** A row with every cell that covers it, by column. A merged cell stands in each of its places. */
export type GridRow = {
  row: Row;
  cells: (Cell | undefined)[] /** Its one cell covers all columns. */;
  isFull: boolean;
};
export type Grid = { rows: GridRow[]; width: number };

const spanOf = (cell: Cell, name: 'colspan' | 'rowspan'): number => {
  const span = Number.parseInt(cell.element.attributes[name] ?? '1', 10);
  return span >= 1 ? span : 1;
};

/** Places a table may fill by merged cells: more than any real one, and in proportion to what is written. */
const mostPlaces = (table: Table): number => {
  let cells = 0;
  for (const row of table.rows) cells += row.cells.length;
  return 1_000 + 16 * cells;
};

const isMerged = ({ element: { attributes } }: Cell): boolean =>
  attributes.colspan !== undefined || attributes.rowspan !== undefined;

export const gridOf = (table: Table): Grid => {
  if (!table.rows.some(({ cells }) => cells.some(isMerged))) {
    const rows = table.rows.map((row): GridRow => ({ row, cells: row.cells, isFull: false }));
    return { rows, width: rows.reduce((most, { cells }) => Math.max(most, cells.length), 0) };
  }
  let left = mostPlaces(table);
  let width = 0;
  const carried = new Map<number, { cell: Cell; rows: number }>();
  const rows = table.rows.map((row, at): GridRow => {
    const cells: (Cell | undefined)[] = [];
    const isCovered = carried.size > 0;
    for (const [column, above] of carried) {
      cells[column] = above.cell;
      left--;
      if (--above.rows === 0 || left <= 0) carried.delete(column);
    }
    let column = 0;
    for (const cell of row.cells) {
      while (cells[column] !== undefined) column++;
      const columns = Math.min(spanOf(cell, 'colspan'), Math.max(left, 1));
      const below = Math.min(spanOf(cell, 'rowspan'), table.rows.length - at) - 1;
      for (let count = 0; count < columns; count++, column++) {
        if (cells[column] !== undefined) break;
        cells[column] = cell;
        left--;
        if (below > 0 && left > 0) carried.set(column, { cell, rows: below });
      }
    }
    width = Math.max(width, cells.length);
    return { row, cells, isFull: !isCovered && row.cells.length === 1 };
  });
  for (const row of rows) row.isFull &&= width > 1 && row.cells.length === width;
  return { rows, width };
};
