import type { Level, PageProps, Warning } from '../../domain/planning/plan.ts';
import type { Block, Cell } from '../storage/blocks.ts';
import type { Users } from '../storage/runs.ts';
import { type Head, headOf } from '../words/head.ts';
import type { Key, PageKeys } from '../words/keys.ts';
import type { LevelWord } from '../words/lexicon.ts';
import type { Period } from '../words/period.ts';
import type { Container } from './items/description.ts';
import type { Draft, Periods } from './items/draft.ts';
import type { Title } from './items/title.ts';
import type { Outline } from './outline.ts';

/** Cells of a row that name the items above its own. Resolved once all other items of the page are known. */
export type ParentCells = {
  row: Draft | undefined;
  /** The highest level first. */
  cells: { level: Level; cell: Cell }[];
  scope: Pick<Scope, 'item' | 'period'>;
  /** The order of its first cell. */
  order: number;
  block: Block;
};

/** What is collected while a page is read. */
export type Page = {
  /** Reads what stands below a heading, in a box or in an item of a list, which may be any content. */
  readOutline: (children: readonly Outline[], scope: Scope) => void;
  users: Users;
  keys: PageKeys;
  drafts: Draft[];
  warnings: Warning[];
  props: PageProps;
  /** Labels of the headings outside items, which may say that the page is no plan. */
  headings: string[];
  parentCells: ParentCells[];
  /** What program boards say about items by their keys. */
  boards: { key: Key; iteration: string; team: string | undefined; block: Block }[];
  /** The `Epic` row of the page's properties, and the rows of requirement tables, which it is the parent of. */
  epic: { value: Cell; block: Block; order: number } | undefined;
  requirements: Draft[];
  /** Order of the next item: counts blocks and items as they are read. */
  order: number;
};

/** Where a block stands. */
export type Scope = {
  item: Draft | undefined;
  /** The level of the list that the nearest section heading announces. */
  section: LevelWord | undefined;
  /** Whether no other heading stands between the section heading and this. */
  isDirect: boolean;
  period: Periods;
  /** The list items and panels around, the outermost first. */
  containers: readonly Container[];
  /** Whether this is the macro of page properties. */
  isProperties: boolean;
};

export const inPeriod = (scope: Scope, period: Period): Scope => ({
  ...scope,
  isDirect: false,
  period: { ...scope.period, ...period },
});

/** Reads a title as a head; one in a table or a section may have its key before a blank only. */
export const readHead = (page: Page, title: Title, blank = false): Head | undefined =>
  headOf(title.text, { keys: page.keys, blank });

/** Leaves a block out, and everything of it that is quoted. */
export const ignore = (block: Block, reason: string): void => {
  block.class = 'ignored';
  block.reason = reason;
};

/** Marks a block as about an item, unless it is one. */
export const markField = (block: Block): void => {
  if (block.class === 'context') block.class = 'field';
};
