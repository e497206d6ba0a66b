import type { Cell } from '../../storage/blocks.ts';
import { allRuns } from '../../storage/deep-runs.ts';
import { isVisible } from '../../storage/line.ts';
import { reasonOfText } from '../ignored.ts';
import type { Page } from '../page.ts';
import type { Plan } from './columns.ts';
import type { GridRow } from './grid.ts';

/** Why a row of a planning table is left out: nothing stands in it, or its title is struck or a placeholder. */
export const reasonOfRow = (
  page: Page,
  { columns }: Plan,
  cells: GridRow['cells'],
  title: Cell | undefined,
): string | undefined => {
  let hasText = false;
  let hasPlaceholder = false;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    if (cell === undefined || columns[at]?.role === 'num') continue;
    if (cell.text !== '') hasText = true;
    else if (cell.element.children.length > 0)
      for (const run of allRuns(cell, page.users))
        if (isVisible(run)) {
          if (run.kind === 'placeholder') hasPlaceholder = true;
          else hasText = true;
        }
  }
  if (!hasText) return hasPlaceholder ? 'placeholder' : 'empty-row';
  if (title === undefined || title.text !== '') return undefined;
  return reasonOfText({ runs: allRuns(title, page.users) });
};
