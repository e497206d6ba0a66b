import type { StorageElement } from '../storage/parse.ts';
import { type Edit, splice } from '../storage/splice.ts';
import { type Cell, gridOf } from './grid.ts';

const tableOf = (row: StorageElement): StorageElement => {
  let element = row.parent;
  while (element && element.name !== 'table') element = element.parent;
  if (!element) throw new Error('the row is in no table');
  return element;
};

/** A new empty row below a row. Cells that are merged over the place grow by it. */
export const addRow = (storage: string, row: StorageElement): string => {
  const { rows, cells } = gridOf(tableOf(row));
  const index = rows.indexOf(row);
  const reaching = cells.filter((cell) => cell.row <= index && cell.row + cell.rows > index);
  const isContinued = (cell: Cell): boolean => index + 1 < rows.length && cell.row + cell.rows > index + 1;
  const ending = reaching.filter((cell) => !isContinued(cell)).sort((a, b) => a.column - b.column);
  const isHeader = ending.every(({ element }) => element.name === 'th');
  const fresh = ending.map(({ element, columns }) => {
    const name = isHeader ? 'td' : element.name;
    return `<${name}${columns > 1 ? ` colspan="${columns}"` : ''}><p /></${name}>`;
  });
  return splice(storage, [
    ...reaching.filter(isContinued).flatMap(({ element, rows: span }) => rowspan(storage, element, span + 1)),
    { start: row.end, end: row.end, text: `<tr>${fresh.join('')}</tr>` },
  ]);
};

/** Deletes a row, and the table with its last one. A merged cell that begins in the row moves to the next one. */
export const deleteRow = (storage: string, row: StorageElement): string => {
  const table = tableOf(row);
  const { rows, cells } = gridOf(table);
  const index = rows.indexOf(row);
  const next = rows[index + 1];
  if (rows.length === 1) return splice(storage, [{ start: table.start, end: table.end, text: '' }]);
  const fromAbove = cells.filter((cell) => cell.row < index && cell.row + cell.rows > index);
  const goingOn = next ? cells.filter((cell) => cell.row === index && cell.rows > 1) : [];
  return splice(storage, [
    ...fromAbove.flatMap(({ element, rows: span }) => rowspan(storage, element, span - 1)),
    { start: row.start, end: row.end, text: '' },
    ...goingOn.map((cell): Edit => {
      const after = cells.find((one) => one.row === index + 1 && one.column > cell.column);
      const at = after?.element.start ?? next?.closeStart ?? row.end;
      return { start: at, end: at, text: movedDown(storage, cell) };
    }),
  ]);
};

const movedDown = (storage: string, { element, rows }: Cell): string =>
  splice(
    storage.slice(element.start, element.end),
    rowspan(storage, element, rows - 1).map(({ start, end, text }) => ({
      start: start - element.start,
      end: end - element.start,
      text,
    })),
  );

const rowspan = (storage: string, { attributes, name, start }: StorageElement, rows: number): Edit[] => {
  const old = attributes.find((one) => one.name === 'rowspan');
  const text = rows > 1 ? ` rowspan="${rows}"` : '';
  if (old) return [{ start: storage.slice(0, old.start).trimEnd().length, end: old.end, text }];
  const at = start + 1 + name.length;
  return text ? [{ start: at, end: at, text }] : [];
};
