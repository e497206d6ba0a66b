import { value as valueMarkdown } from '../../markdown/blocks.ts';
import type { Cell } from '../../storage/blocks.ts';
import { allRuns } from '../../storage/deep-runs.ts';
import { linesOf } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { type Key, onlyKey } from '../../words/keys.ts';
import { type Title, titleOf } from '../items/title.ts';
import type { Page } from '../page.ts';
import { cellValue } from './cells.ts';
import type { Plan } from './columns.ts';
import type { GridRow } from './grid.ts';

type Source = {
  title: Title;
  rest: readonly (readonly Run[])[];
  blocks: string[];
  key?: Key;
  usesStory: boolean;
};

/** Where a row's title stands: in the title cell, else in the cell of its user story. */
export const sourceOf = (
  page: Page,
  plan: Plan,
  cells: GridRow['cells'],
  cell: Cell | undefined,
): Source | undefined => {
  const own = cell && titleIn(page, cell);
  const key = own && onlyKey(own.title.text);
  const isKey = key !== undefined && page.keys.isKey(key);
  if (own !== undefined && own.title.text !== '' && !isKey) return own;
  const story = cells[plan.byRole.get('userStory') ?? -1];
  const told = story === undefined || story === cell ? undefined : titleIn(page, story);
  if (told === undefined || told.title.text === '') return undefined;
  return { ...told, usesStory: true, ...(isKey && { key }) };
};

const titleIn = (page: Page, cell: Cell): Source => {
  const [line = [], ...rest] = linesOf(cell.runs.length > 0 ? cell.runs : allRuns(cell, page.users));
  const title = titleOf(line, page.keys);
  const blocks = cell.runs.length > 0 && cell.blocks.length > 0 ? blocksOf(page, cell) : [];
  return { title, rest, blocks, usesStory: false };
};

const blocksOf = (page: Page, cell: Cell): string[] => {
  const { contents } = cellValue(page, cell);
  return contents.filter(({ kind }) => kind !== 'paragraph').map((content) => valueMarkdown([content]));
};
