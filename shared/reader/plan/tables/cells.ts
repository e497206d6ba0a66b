import type { Cell } from '../../storage/blocks.ts';
import { contentOfCell } from '../../storage/content.ts';
import { asValue, lineValue, type Value } from '../fields/value.ts';
import type { Page } from '../page.ts';

/** A cell as the value of a field. */
export const cellValue = (page: Page, cell: Cell): Value =>
  cell.blocks.length === 0 ? lineValue(cell.runs, cell.text) : asValue(contentOfCell(cell, page.users));
