import type { Level } from '../../../domain/planning/plan.ts';
import { display, label } from '../../../domain/planning/text.ts';
import type { Cell } from '../../storage/blocks.ts';
import { isAllBold } from '../../storage/line.ts';
import { type LevelWord, levelColumns, type Role, roles, userStoryColumns } from '../../words/lexicon.ts';
import { periodOf } from '../../words/period.ts';
import type { Grid, GridRow } from './grid.ts';

/** What a column, or a row of a transposed table, is about. */
export type ColumnRole = Role | LevelWord | 'userStory' | 'other';
export type Column = { role: ColumnRole; name: string };

const roleOf = (text: string): ColumnRole => {
  const words = label(text);
  if (userStoryColumns.has(words)) return 'userStory';
  return roles.get(words) ?? levelColumns.get(words) ?? 'other';
};

/** The columns that some texts name. The first of a role has it; a further one is like an unknown column. */
export const columnsOf = (names: readonly (string | undefined)[]): Column[] => {
  const taken = new Set<ColumnRole>();
  return Array.from(names, (name = ''): Column => {
    const role = roleOf(name);
    if (role !== 'other' && taken.has(role)) return { role: 'other', name };
    taken.add(role);
    return { role, name };
  });
};

const TITLES: ColumnRole[] = [
  'title',
  'requirement',
  'story',
  'userStory',
  'feature',
  'capability',
  'epic',
  'enabler',
  'spike',
];
const PARENTS: Level[] = ['epic', 'capability', 'feature'];

/** A table's columns as a plan's. */
export type Plan = {
  columns: Column[];
  title: number;
  titleRole: ColumnRole;
  /** Columns of the levels above, the highest first. */
  parents: { at: number; level: Level }[];
  /** The first column of each role. */
  byRole: ReadonlyMap<ColumnRole, number>;
  /** The columns of fields, in the order in which a description takes them. */
  fields: { at: number; role: ColumnRole; name: string }[];
};

/** Columns that come before all others in a description, in this order. */
const FIRST: ColumnRole[] = ['userStory', 'description', 'notes'];

/** The title column and the columns of parents; nothing if no column gives a title. */
export const planOf = (columns: Column[]): Plan | undefined => {
  const byRole = new Map<ColumnRole, number>();
  for (const [place, { role }] of columns.entries()) if (!byRole.has(role)) byRole.set(role, place);
  const at = (role: ColumnRole) => byRole.get(role) ?? -1;
  const titleRole = TITLES.find((role) => byRole.has(role));
  if (titleRole === undefined) return undefined;
  const parents = PARENTS.filter((level) => level !== titleRole && at(level) >= 0).map((level) => ({
    at: at(level),
    level,
  }));
  const others = columns
    .map(({ role, name }, place) => ({ at: place, role, name: display(name) }))
    .filter(
      ({ at: place, role }) =>
        place !== at(titleRole) && role !== 'num' && !parents.some((parent) => parent.at === place),
    );
  const rank = ({ role }: { role: ColumnRole }) =>
    FIRST.includes(role) ? FIRST.indexOf(role) : FIRST.length;
  const fields = others.sort((a, b) => rank(a) - rank(b) || a.at - b.at);
  return { columns, title: at(titleRole), titleRole, parents, byRole, fields };
};

const EVIDENCE = new Set<ColumnRole>([
  'ac',
  'benefit',
  'estimate',
  'priority',
  'bv',
  'tc',
  'rr',
  'size',
  'wsjf',
  'pi',
  'iteration',
  'parent',
  'depends',
  'blocks',
  'enablerType',
]);

/** Whether the columns alone show that a table plans something. */
export const hasEvidence = ({ columns, parents, titleRole }: Plan): boolean =>
  parents.length > 0 ||
  columns.some(({ role }) => EVIDENCE.has(role) || (role === 'userStory' && titleRole !== 'userStory'));

const isFilled = (cell: Cell | undefined): cell is Cell => cell !== undefined && cell.text !== '';

const isHeaderRow = ({ row }: GridRow): boolean => {
  const filled = row.cells.filter(isFilled);
  if (filled.length < 2) return false;
  return (
    row.isHead || filled.every(({ isHeader }) => isHeader) || filled.every(({ runs }) => isAllBold(runs))
  );
};

const isMerged = ({ row }: GridRow): boolean =>
  row.cells.some(({ element: { attributes } }) => {
    const { colspan = '1', rowspan = '1' } = attributes;
    return colspan !== '1' || rowspan !== '1';
  });

/** Where the row stands that names the columns: the first, or the second below a title over the full width. */
export const headerAt = ({ rows }: Grid): number | undefined => {
  const start = rows[0]?.isFull === true ? 1 : 0;
  let at = start;
  const isHeader = (index: number) => {
    const row = rows[index];
    return row !== undefined && isHeaderRow(row);
  };
  if (!isHeader(at)) return undefined;
  for (let row = rows[at]; row !== undefined && isMerged(row) && isHeader(at + 1); row = rows[at]) at++;
  return at;
};

/** Whether a row below the header names the columns once more, or consists of headers. */
export const isRepeated = ({ row }: GridRow, header: GridRow): boolean =>
  (row.cells.length > 1 && row.cells.every(({ isHeader }) => isHeader) && row.cells.some(isFilled)) ||
  (row.cells.length === header.row.cells.length &&
    row.cells.every(({ text }, at) => text === header.row.cells[at]?.text) &&
    row.cells.some(isFilled));

/** The iterations that columns are named after, by column. */
export const iterationsOf = (names: readonly (string | undefined)[]): Map<number, string> => {
  const found = new Map<number, string>();
  for (const [at, name] of names.entries()) {
    const period = name === undefined ? undefined : periodOf(name);
    if (period !== undefined && 'iteration' in period) found.set(at, period.iteration);
  }
  return found;
};
