import { display } from '../../../domain/planning/text.ts';
import type { Cell } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { linesOf } from '../../storage/line.ts';
import { onlyKey } from '../../words/keys.ts';
import { isTemplate } from '../../words/template.ts';
import { addDraft } from '../items/add-draft.ts';
import type { Draft } from '../items/draft.ts';
import { titleOf } from '../items/title.ts';
import { markField, type Page, type ParentCells, readHead } from '../page.ts';
import { type ItemIndex, isAbove } from './index-of-items.ts';

/** Resolves the cells that name the items above a row: items of the page, or new ones. */
export const resolveParentCells = (page: Page, index: ItemIndex): void => {
  const made = new Map<Cell, Draft>();
  for (const cells of page.parentCells) resolveRow(page, index, cells, made);
};

const resolveRow = (
  page: Page,
  index: ItemIndex,
  { row, cells, scope, order, block }: ParentCells,
  made: Map<Cell, Draft>,
): void => {
  let above = scope.item;
  for (const [at, { level, cell }] of cells.entries()) {
    const known = made.get(cell);
    if (known !== undefined) {
      above = known;
      continue;
    }
    const [line = []] = linesOf(cell.runs);
    const title = titleOf(line, page.keys);
    if (title.text === '' || isTemplate(title.text)) continue;
    const key = onlyKey(display(title.text));
    const head = readHead(page, title, true);
    const found =
      (key ?? head?.key) === undefined ? undefined : index.ofKey((key ?? head?.key)?.canonical ?? '');
    const same = found ?? ofTitle(index, head?.title ?? title.text, level, row);
    if (same === undefined && key !== undefined && page.keys.isKey(key)) {
      row?.warnings.add('parent-unresolved');
      continue;
    }
    const draft =
      same ??
      addDraft(page, {
        title,
        hints: { head, column: level },
        scope: { ...scope, item: above },
        block,
        localId: localIdOf(cell.element),
        span: cell.element,
        order: order + at,
      });
    if (same === undefined) index.add(draft);
    else adopt(same, above);
    made.set(cell, draft);
    above = draft;
  }
  if (row !== undefined && above !== row) row.enclosing = above;
};

/** An item of that level with that title, or one that stands elsewhere on the page, above the row. */
const ofTitle = (
  index: ItemIndex,
  title: string,
  level: Draft['level'],
  row: Draft | undefined,
): Draft | undefined =>
  index.ofTitle(title, (draft) => draft.level === level && draft !== row) ??
  index.ofTitle(title, (draft) => draft !== row && row !== undefined && isAbove(draft.level, row.level));

/** An item that stands in no other gets what stands above it in the row. */
const adopt = (draft: Draft, above: Draft | undefined): void => {
  if (above === undefined || !isAbove(above.level, draft.level)) return;
  for (let outer = draft.enclosing; outer !== undefined; outer = outer.enclosing)
    if (isAbove(outer.level, draft.level)) return;
  if (draft.enclosing === undefined) draft.enclosing = above;
};

/** The `Epic` row of the page's properties is the parent of the rows of requirement tables. */
export const resolveEpic = (page: Page, index: ItemIndex): void => {
  const { epic, requirements } = page;
  if (epic === undefined || requirements.length === 0) return;
  const [line = []] = linesOf(epic.value.runs);
  const title = titleOf(line, page.keys);
  const orphans = requirements.filter(({ enclosing }) => enclosing === undefined);
  if (title.text === '') {
    const external =
      title.linear === undefined ? title.jira[0] && `jira:${title.jira[0]}` : `linear:${title.linear}`;
    if (external) for (const row of orphans) row.fields.externalParent = external;
    return;
  }
  if (isTemplate(title.text)) return;
  const key = onlyKey(display(title.text));
  const { block, order, value } = epic;
  const head = readHead(page, title, true);
  const made = () =>
    addDraft(page, {
      title,
      hints: { head, column: 'epic' },
      scope: { item: undefined, period: {} },
      block,
      localId: localIdOf(value.element),
      span: value.element,
      order,
    });
  const draft = key === undefined ? made() : index.ofKey(key.canonical);
  if (draft === undefined) return;
  if (key === undefined) index.add(draft);
  for (const row of orphans) row.enclosing = draft;
};

/** Sets the iteration and the team that program boards say. */
export const resolveBoards = (page: Page, index: ItemIndex): void => {
  for (const { key, iteration, team, block } of page.boards) {
    if (!page.keys.isKey(key)) continue;
    const draft = index.ofKey(key.canonical);
    if (draft === undefined) {
      page.warnings.push({ code: 'board-unknown-key', ref: null, quote: key.text });
      continue;
    }
    draft.fields.iteration ??= iteration;
    if (team !== undefined) draft.fields.team ??= team;
    markField(block);
  }
};
