import type { XmlElement } from '@rgrove/parse-xml';
import type { Block, Cell, Row } from './blocks.ts';
import { allRuns, rowText } from './deep-runs.ts';
import { isElement } from './elements.ts';
import { plainText } from './line.ts';
import { runsOf, type Users } from './runs.ts';

/** The rows of a table. `blockOf` counts a row as a block with its quote. */
export const rowsOf = (table: XmlElement, users: Users, blockOf: (quote: () => string) => Block): Row[] => {
  const rows: Row[] = [];
  const add = (element: XmlElement, isHead: boolean) => {
    const cells = cellsOf(element, users);
    rows.push({ element, block: blockOf(() => rowText(cells, users)), cells, isHead });
  };
  for (const part of table.children) {
    if (!isElement(part)) continue;
    if (part.name === 'tr') add(part, false);
    else
      for (const row of part.children)
        if (isElement(row) && row.name === 'tr') add(row, part.name === 'thead');
  }
  return rows;
};

const cellsOf = (row: XmlElement, users: Users): Cell[] => {
  const cells: Cell[] = [];
  for (const child of row.children) {
    if (!isElement(child) || (child.name !== 'td' && child.name !== 'th')) continue;
    const blocks: XmlElement[] = [];
    const runs = runsOf(child.children, users, blocks);
    const cell: Cell = { element: child, isHeader: child.name === 'th', runs, text: '', blocks };
    cell.text = plainText(allRuns(cell, users));
    cells.push(cell);
  }
  return cells;
};
