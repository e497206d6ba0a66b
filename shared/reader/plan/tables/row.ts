import type { EnablerType } from '../../../domain/planning/plan.ts';
import { display, oneLine } from '../../../domain/planning/text.ts';
import type { Cell } from '../../storage/blocks.ts';
import { localIdOf } from '../../storage/elements.ts';
import { typeOf } from '../../words/head.ts';
import { below, isIdentifier, onlyKey } from '../../words/keys.ts';
import { isBlank } from '../../words/label.ts';
import type { LevelWord } from '../../words/lexicon.ts';
import { enablerTypeOf, yesOrNo } from '../../words/values.ts';
import { readLines } from '../blocks/paragraphs.ts';
import { reasonOfItem } from '../ignored.ts';
import { addDraft, first } from '../items/add-draft.ts';
import { addPiece, type Draft } from '../items/draft.ts';
import { classify } from '../items/level.ts';
import { ignore, type Page, readHead, type Scope } from '../page.ts';
import type { ColumnRole, Plan } from './columns.ts';
import type { GridRow } from './grid.ts';
import { reasonOfRow } from './left-out.ts';
import { continueRow, setCells } from './set-cells.ts';
import { sourceOf } from './source.ts';

/** The row above, which a merged title cell goes on from. */
export type Above = {
  cells: GridRow['cells'];
  title: Cell | undefined;
  draft: Draft | undefined;
  ignored?: string | undefined;
};

/** Reads a row of a planning table. */
export const readRow = (
  page: Page,
  plan: Plan,
  grid: GridRow,
  scope: Scope,
  above: Above | undefined,
): Above => {
  const { cells, row } = grid;
  const titleCell = cells[plan.title];
  if (titleCell !== undefined && titleCell === above?.title) {
    if (above.draft !== undefined) continueRow(page, plan, grid, above.draft, above.cells);
    else if (above.ignored !== undefined) ignore(row.block, above.ignored);
    return { ...above, cells };
  }
  const read = (ignored?: string): Above => {
    if (ignored !== undefined) ignore(row.block, ignored);
    return { cells, title: titleCell, draft: undefined, ignored };
  };
  const reason = reasonOfRow(page, plan, cells, titleCell);
  if (reason !== undefined) return read(reason);

  const source = sourceOf(page, plan, cells, titleCell);
  if (source === undefined) {
    readParentsOnly(page, plan, grid, scope);
    return read();
  }
  const { title, rest } = source;
  const head = readHead(page, title, true);
  const text = (role: ColumnRole) => cells[plan.byRole.get(role) ?? -1]?.text ?? '';
  const left = reasonOfItem(head?.title ?? title.text, {
    status: [text('status'), title.status ?? ''],
    priority: [text('priority'), title.priority ?? ''],
  });
  if (left !== undefined) return read(left);

  const key = onlyKey(display(text('key'))) ?? source.key;
  const deepest = plan.parents.at(-1)?.level;
  const hints = {
    head,
    type: typeOfRow(plan, text),
    column: columnWord(plan.titleRole),
    key: key !== undefined && page.keys.isKey(key) ? key : undefined,
    section: scope.section,
    fallback: deepest && below[deepest],
  };
  const { level, enabler } = classify(hints, page.keys);
  if (level === undefined && enabler === null) {
    page.warnings.push({ code: 'row-no-level', ref: null, quote: title.text });
    return read();
  }
  const parents = parentsOf(plan, cells);
  const order = page.order;
  page.order += parents.length + 1;
  const draft = addDraft(page, {
    title,
    hints,
    scope,
    block: row.block,
    localId: localIdOf(row.element),
    span: row.element,
    order: order + parents.length,
    key: identifierKey(text('key')),
  });
  if (parents.length > 0)
    page.parentCells.push({ row: draft, cells: parents, scope, order, block: row.block });
  if (plan.titleRole === 'requirement') page.requirements.push(draft);
  readLines(rest, { ...scope, item: draft, containers: [] }, draft);
  for (const content of source.blocks) addPiece(draft, content);
  setCells(page, plan, cells, draft, source.usesStory ? ['userStory'] : []);
  return { cells, title: titleCell, draft };
};

/** A row that names only the items above: they are items, the row is none. */
const readParentsOnly = (page: Page, plan: Plan, { row, cells }: GridRow, scope: Scope): void => {
  const parents = parentsOf(plan, cells);
  if (parents.length === 0) {
    page.warnings.push({ code: 'row-no-title', ref: null, quote: first(oneLine(row.block.quote()), 80) });
    return;
  }
  page.parentCells.push({ row: undefined, cells: parents, scope, order: page.order, block: row.block });
  page.order += parents.length;
};

const parentsOf = ({ parents }: Plan, cells: GridRow['cells']) =>
  parents.flatMap(({ at, level }) => {
    const cell = cells[at];
    return cell === undefined || isBlank(cell.text) ? [] : [{ level, cell }];
  });

/** The level word that a title column's name is. */
const columnWord = (role: ColumnRole): LevelWord | undefined => {
  if (role === 'userStory') return 'story';
  return role === 'title' ? undefined : (role as LevelWord);
};

/** What the type column and a column `Enabler` beside the title say. */
const typeOfRow = ({ titleRole }: Plan, text: (role: ColumnRole) => string) => {
  const type = typeOf(text('level'));
  const said = titleRole === 'enabler' ? '' : text('enabler');
  if (said === '') return type;
  const enabler: EnablerType | undefined =
    enablerTypeOf(said) ?? (yesOrNo(said) === true ? 'untyped' : undefined);
  return enabler === undefined || type?.enabler !== undefined ? type : { ...type, enabler };
};

/** A key of another tracker in the key column: it identifies the row as well. */
const identifierKey = (text: string) => {
  const shown = display(text);
  return onlyKey(shown) === undefined && isIdentifier(shown) ? { text: shown, canonical: shown } : undefined;
};
