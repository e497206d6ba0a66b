import { display } from '../../../domain/planning/text.ts';
import { table as tableMarkdown } from '../../markdown/blocks.ts';
import type { Cell, Table } from '../../storage/blocks.ts';
import { allRuns } from '../../storage/deep-runs.ts';
import { isOnlyPlaceholder } from '../../storage/line.ts';
import { keysIn } from '../../words/keys.ts';
import { describeIn } from '../fields/describe.ts';
import { ignore, markField, type Page, type Scope } from '../page.ts';
import { columnsOf, headerAt, iterationsOf, planOf } from './columns.ts';
import { isPlanning } from './evidence.ts';
import { type Grid, gridOf } from './grid.ts';
import { keyValuesOf } from './key-values.ts';
import { readKeyValues } from './properties.ts';
import { readRows } from './rows.ts';
import { readTransposed } from './transposed.ts';

/** Reads a table: names and values, a program board, a plan, or text. */
export const readTable = (page: Page, table: Table, scope: Scope): void => {
  const pairs = keyValuesOf(table, scope);
  if (pairs !== undefined) {
    readKeyValues(page, pairs, scope);
    return;
  }
  const grid = gridOf(table);
  const at = headerAt(grid);
  const header = at === undefined ? undefined : grid.rows[at];
  if (at === undefined || header === undefined) {
    if (!readTransposed(page, grid, scope)) readText(page, table, scope);
    return;
  }
  const names = Array.from(header.cells, (cell) => cell?.text);
  const iterations = iterationsOf(names);
  if (iterations.size >= 2) {
    readBoard(page, grid, at, iterations);
    return;
  }
  const plan = planOf(columnsOf(names));
  if (plan === undefined || !isPlanning(page, plan, grid.rows.slice(at + 1), scope)) {
    readText(page, table, scope);
    return;
  }
  readRows(page, plan, grid, at, scope);
};

const isPlaceholderRow = (cells: readonly Cell[], page: Page): boolean => {
  const filled = cells
    .map((cell) => allRuns(cell, page.users))
    .filter((runs) => runs.some(({ text }) => text.trim() !== ''));
  return filled.length > 0 && filled.every(isOnlyPlaceholder);
};

/** A table that plans nothing: description in an item, else context. */
const readText = (page: Page, table: Table, scope: Scope): void => {
  for (const { block, cells } of table.rows)
    if (isPlaceholderRow(cells, page)) ignore(block, 'placeholder');
    else if (scope.item !== undefined) markField(block);
  if (scope.item === undefined) return;
  describeIn(scope, scope.item, tableMarkdown(table));
};

/** A program board says in which iteration, and by which team, items are done. It makes none. */
const readBoard = (page: Page, { rows }: Grid, headerRow: number, iterations: Map<number, string>): void => {
  const header = rows[headerRow];
  const team = columnsOf(Array.from(header?.cells ?? [], (cell) => cell?.text)).findIndex(
    ({ role }) => role === 'team',
  );
  for (const { row, cells } of rows.slice(headerRow + 1))
    for (const [at, iteration] of iterations)
      for (const { key } of keysIn(cells[at]?.text ?? ''))
        page.boards.push({
          key,
          iteration,
          team: display(cells[team]?.text ?? '') || undefined,
          block: row.block,
        });
};
