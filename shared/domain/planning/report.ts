import { shortened } from '../../fitting.ts';
import type { ItemChange, StoredItem } from './changes.ts';
import { type StoredWarning, storedWarning } from './content.ts';
import type { ItemState } from './item.ts';
import type { Coverage, PageProps, Reading } from './plan.ts';

/** An answer of the API may have 6 MB. `coverage` counts what is not listed too. */
const MOST_IGNORED = 10_000;
const MOST_UNREAD = 1_000;
const MOST_WARNINGS = 1_000;
const LONGEST = 500;

/** What a reading says about the page as a whole. */
export type Report = {
  pageProps: PageProps;
  coverage: Coverage;
  ignored: Reading['ignored'];
  unread: Reading['unread'];
  /** The warnings that are about no single item. */
  warnings: StoredWarning[];
  /** How many more there are of each. */
  notListed?: { ignored: number; unread: number; warnings: number };
  /** Why the page is no plan. */
  seen?: { reason: string; candidates: number };
};

export const reportOf = (reading: Reading): Report => {
  const { pageProps, coverage, ignored, unread } = reading;
  const warnings = reading.warnings.filter(({ ref }) => ref === null);
  const notListed = {
    ignored: Math.max(0, ignored.length - MOST_IGNORED),
    unread: Math.max(0, unread.length - MOST_UNREAD),
    warnings: Math.max(0, warnings.length - MOST_WARNINGS),
  };
  return {
    pageProps: Object.fromEntries(
      Object.entries(pageProps).map(([property, value]) => [property, shortened(value, LONGEST)]),
    ),
    coverage,
    ignored: ignored
      .slice(0, MOST_IGNORED)
      .map((block) => ({ ...block, quote: shortened(block.quote, LONGEST) })),
    unread: unread
      .slice(0, MOST_UNREAD)
      .map((block) => ({ ...block, target: shortened(block.target, LONGEST) })),
    warnings: warnings.slice(0, MOST_WARNINGS).map((warning) => storedWarning(warning)),
    ...(Object.values(notListed).some((more) => more > 0) && { notListed }),
    ...(reading.outcome === 'not_a_plan' && { seen: reading.seen }),
  };
};

/** How many items a page has, by level, as enablers and by state, and how many warnings. */
export const countsOf = (
  { items, warnings }: Reading,
  stored: readonly StoredItem[],
  changes: readonly ItemChange[],
): Record<string, number> => {
  const counts: Record<string, number> = {};
  const add = (word: string) => {
    counts[word] = (counts[word] ?? 0) + 1;
  };
  for (const { level, enabler } of items) {
    add(level);
    if (enabler) add('enabler');
  }
  const states = new Map<string, ItemState | undefined>(stored.map(({ id, state }) => [id, state]));
  for (const { id, state, change } of changes) states.set(id, change === 'dropped' ? undefined : state);
  for (const state of states.values()) if (state) add(state);
  if (warnings.length > 0) counts.warnings = warnings.length;
  return counts;
};
