import { display } from '../../../domain/planning/text.ts';
import type { Cell } from '../../storage/blocks.ts';
import { typeOf } from '../../words/head.ts';
import { isIdentifier, onlyKey } from '../../words/keys.ts';
import { type Role, roles } from '../../words/lexicon.ts';
import { enablerTypeOf, yesOrNo } from '../../words/values.ts';
import { describe, keep } from '../fields/describe.ts';
import { setField } from '../fields/fields.ts';
import type { Draft } from '../items/draft.ts';
import { markField, type Page } from '../page.ts';
import { cellValue } from './cells.ts';
import type { ColumnRole, Plan } from './columns.ts';
import type { GridRow } from './grid.ts';

const roleNames = new Set<ColumnRole>(roles.values());

export const setCells = (
  page: Page,
  plan: Plan,
  cells: GridRow['cells'],
  draft: Draft,
  done: readonly ColumnRole[],
  above: GridRow['cells'] = [],
): void => {
  for (const { role, at, name } of plan.fields) {
    const cell = cells[at];
    if (cell === undefined || cell === above[at] || cell.text === '' || done.includes(role)) continue;
    setCell(page, draft, role, name, cell);
  }
};

const setCell = (page: Page, draft: Draft, role: ColumnRole, name: string, cell: Cell): void => {
  const value = cellValue(page, cell);
  const isSaid =
    (role === 'key' && isKeyCell(cell)) ||
    (role === 'level' && typeOf(cell.text) !== undefined) ||
    (role === 'enabler' && (enablerTypeOf(cell.text) !== undefined || yesOrNo(cell.text) !== undefined));
  if (isSaid) return;
  if (role === 'userStory') describe(draft, value);
  else if (isField(role)) setField(draft, role, name, value);
  else keep(draft, name, value);
};

const isField = (role: ColumnRole): role is Role => roleNames.has(role);

const isKeyCell = ({ text }: Cell): boolean => {
  const shown = display(text);
  return onlyKey(shown) !== undefined || isIdentifier(shown);
};

/** A row whose title cell is merged with the one above adds what the item does not have yet. */
export const continueRow = (
  page: Page,
  plan: Plan,
  { row, cells }: GridRow,
  draft: Draft,
  above: GridRow['cells'],
): void => {
  markField(row.block);
  setCells(page, plan, cells, draft, ['key', 'level'], above);
};
