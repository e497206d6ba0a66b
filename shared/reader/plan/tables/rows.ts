import { localIdOf } from '../../storage/elements.ts';
import { periodOf } from '../../words/period.ts';
import { reasonOfHeading, reasonOfItem, reasonOfText } from '../ignored.ts';
import { addDraft } from '../items/add-draft.ts';
import { titleOf } from '../items/title.ts';
import { ignore, inPeriod, type Page, readHead, type Scope } from '../page.ts';
import { isRepeated, type Plan } from './columns.ts';
import type { Grid, GridRow } from './grid.ts';
import { type Above, readRow } from './row.ts';

/** What a row over the full width says about those below it, up to the next one. */
type Group = { scope: Scope; ignored?: string };

/** Reads the rows of a planning table. */
export const readRows = (page: Page, plan: Plan, { rows }: Grid, headerAt: number, scope: Scope): void => {
  const header = rows[headerAt];
  let group: Group = { scope };
  let above: Above | undefined;
  for (const [at, row] of rows.entries()) {
    if (row.isFull) {
      group = readGroup(page, row, scope);
      above = undefined;
    } else if (at <= headerAt || (header !== undefined && isRepeated(row, header))) above = undefined;
    else if (group.ignored !== undefined) ignore(row.row.block, group.ignored);
    else above = readRow(page, plan, row, group.scope, above);
  }
};

const readGroup = (page: Page, { row }: GridRow, scope: Scope): Group => {
  const [cell] = row.cells;
  if (cell === undefined) return { scope };
  if (cell.runs.length === 0 || cell.text === '') {
    ignore(row.block, reasonOfText(cell) ?? 'empty-row');
    return row.block.reason === 'struck' ? { scope, ignored: 'struck' } : { scope };
  }
  const title = titleOf(cell.runs, page.keys);
  const head = readHead(page, title, true);
  const reason =
    reasonOfHeading(cell) ??
    (head && reasonOfItem(head.title, { status: [title.status ?? ''], priority: [title.priority ?? ''] }));
  if (reason !== undefined) {
    ignore(row.block, reason);
    return { scope, ignored: reason };
  }
  if (head !== undefined) {
    const { block, element } = row;
    const hints = { head, section: scope.section };
    const item = addDraft(page, { title, hints, scope, block, localId: localIdOf(element), span: element });
    return { scope: { ...scope, item, section: undefined } };
  }
  const period = periodOf(cell.text);
  return { scope: period === undefined ? scope : inPeriod(scope, period) };
};
