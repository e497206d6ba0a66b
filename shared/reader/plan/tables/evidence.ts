import { display } from '../../../domain/planning/text.ts';
import { typeOf } from '../../words/head.ts';
import { onlyKey } from '../../words/keys.ts';
import { titleOf } from '../items/title.ts';
import { type Page, readHead, type Scope } from '../page.ts';
import { hasEvidence, type Plan } from './columns.ts';
import type { GridRow } from './grid.ts';

/**
 * Whether a table plans something: it has columns that only plans have, or rows with keys or level words. A title column
 * with a general name, such as `Item`, also needs to say of what level its rows are.
 */
export const isPlanning = (page: Page, plan: Plan, rows: readonly GridRow[], { section }: Scope): boolean => {
  const isGeneral = plan.titleRole === 'title';
  const byColumns = hasEvidence(plan);
  if (byColumns && (!isGeneral || section !== undefined || plan.parents.length > 0)) return true;
  // What one row shows is evidence, and says of what level it is.
  return rows.some((row) => hasKeyOrType(page, plan, row));
};

const hasKeyOrType = (page: Page, { columns, title }: Plan, { cells }: GridRow): boolean =>
  columns.some(({ role }, at) => {
    const cell = cells[at];
    if (cell === undefined || cell.text === '') return false;
    if (role === 'key') {
      const key = onlyKey(display(cell.text));
      return key !== undefined && page.keys.isKey(key);
    }
    if (role === 'level') return typeOf(cell.text) !== undefined;
    return at === title && readHead(page, titleOf(cell.runs, page.keys), true)?.key !== undefined;
  });
