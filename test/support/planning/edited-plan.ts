import type { Level, PlanItem } from '../../../shared/domain/planning/plan.ts';
import { readPage } from '../../../shared/reader/read-page.ts';

/** An item as it stands on a page. `truth` is which item it really is, whatever is edited. */
export type Line = {
  truth: number;
  level: Level;
  title: string;
  key?: string;
  localId?: string;
  linear?: string;
  description?: string;
  criteria?: string;
  /** The `truth` of its parent, or 0. */
  parent: number;
};

/** A page of items in the order in which they stand, each below its parent. */
export type Page = {
  lines: Line[];
  /** How keys are given: by position on the page (`S4`), below the parent (`S2.1`), by a counter with gaps, or not. */
  keys: 'positions' | 'dotted' | 'explicit' | 'none';
  hasLocalIds: boolean;
  /** Items for which the last edits leave no certain answer, by `truth`. */
  unclear: Set<number>;
};

const LETTERS: Record<Level, string> = { epic: 'E', capability: 'C', feature: 'F', story: 'S' };

/** Gives keys anew where they follow from the position on the page. */
export const renumber = (page: Page): void => {
  const next = new Map<string, number>();
  const keyOf = new Map<number, string>();
  for (const line of page.lines) {
    const above = page.keys === 'dotted' ? keyOf.get(line.parent)?.slice(1) : undefined;
    const series = `${LETTERS[line.level]}${above === undefined ? '' : `${above}.`}`;
    const number = (next.get(series) ?? 0) + 1;
    next.set(series, number);
    keyOf.set(line.truth, `${series}${number}`);
    if (page.keys === 'positions' || page.keys === 'dotted') line.key = `${series}${number}`;
  }
};

const RANKS: Record<Level, number> = { epic: 1, capability: 2, feature: 2, story: 3 };

/** The page as Confluence stores it: a heading for each item, and its text below. */
const storageOf = ({ lines }: Page): string =>
  lines
    .map(({ level, key, title, localId, linear, description, criteria }) =>
      [
        `<h${RANKS[level]}${localId === undefined ? '' : ` local-id="${localId}"`}>`,
        `${level}${key === undefined ? '' : ` ${key}`}: ${title}</h${RANKS[level]}>`,
        ...(linear === undefined ? [] : [`<p>Linear: ${linear}</p>`]),
        '<p>Estimate: 3</p>',
        ...(description === undefined ? [] : [`<p>${description}.</p>`]),
        ...(criteria === undefined ? [] : [`<p>AC: ${criteria}</p>`]),
      ].join(''),
    )
    .join('');

/** What the reader finds on the page: an item for each line. */
export const readPlan = (page: Page): PlanItem[] => {
  const { items } = readPage({ storage: storageOf(page), users: new Map() });
  if (items.length !== page.lines.length) throw new Error(`not an item for each line: ${storageOf(page)}`);
  return items;
};
