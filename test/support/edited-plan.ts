import type { Level, PlanItem } from '../../shared/domain/planning/plan.ts';
import { titleNorm } from '../../shared/domain/planning/text.ts';

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

/** What a reader finds on the page. */
export const readPlan = ({ lines }: Page): PlanItem[] => {
  const refs = new Map(lines.map(({ truth }, at) => [truth, `r${at + 1}`]));
  const titles = new Map(lines.map(({ truth, title }) => [truth, title]));
  const keys = new Set<string>();
  return lines.map((line, at) => {
    const isFirst = line.key !== undefined && !keys.has(line.key);
    if (line.key !== undefined) keys.add(line.key);
    return {
      ref: `r${at + 1}`,
      level: line.level,
      enabler: null,
      key: line.key ?? null,
      title: line.title,
      parent: refs.get(line.parent) ?? null,
      quote: line.title,
      fields: {
        ...(line.description !== undefined && { description: line.description }),
        ...(line.criteria !== undefined && { acceptance: [{ text: line.criteria, done: null }] }),
      },
      anchors: {
        ...(isFirst && line.key !== undefined && { key: line.key }),
        ...(line.linear !== undefined && { linear: line.linear }),
        ...(line.localId !== undefined && { localId: line.localId }),
        path: `${line.level}|${titleNorm(titles.get(line.parent) ?? '')}|${titleNorm(line.title)}`,
      },
    };
  });
};
