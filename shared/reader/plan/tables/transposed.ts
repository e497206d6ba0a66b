import type { Block } from '../../storage/blocks.ts';
import { markField, type Page, type Scope } from '../page.ts';
import { columnsOf, planOf } from './columns.ts';
import { isPlanning } from './evidence.ts';
import type { Grid, GridRow } from './grid.ts';
import { readRow } from './row.ts';

/** Reads a table whose rows are the fields and whose columns are the items. Says whether it is one. */
export const readTransposed = (page: Page, { rows, width }: Grid, scope: Scope): boolean => {
  if (width < 3 || !rows.every(({ cells }) => cells[0]?.isHeader === true)) return false;
  const plan = planOf(columnsOf(rows.map(({ cells }) => cells[0]?.text)));
  const titles = plan && rows[plan.title];
  if (plan === undefined || titles === undefined) return false;
  const items: GridRow[] = [];
  for (let at = 1; at < width; at++) {
    const cell = titles.cells[at];
    if (cell === undefined) continue;
    const cells = rows.map((row) => row.cells[at]);
    const block: Block = { class: 'context', quote: titles.row.block.quote };
    items.push({ cells, isFull: false, row: { ...titles.row, element: cell.element, block } });
  }
  if (!isPlanning(page, plan, items, scope)) return false;
  for (const item of items) {
    readRow(page, plan, item, scope, undefined);
    if (item.row.block.class !== 'item') continue;
    titles.row.block.class = 'item';
    for (const { row } of rows) markField(row.block);
  }
  return true;
};
