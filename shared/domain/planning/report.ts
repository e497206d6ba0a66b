import type { ItemChange, StoredItem } from './changes.ts';
import type { ItemState } from './item.ts';
import type { Coverage, PageProps, Reading, Warning } from './plan.ts';

/** What a reading says about the page as a whole. */
export type Report = {
  pageProps: PageProps;
  coverage: Coverage;
  ignored: Reading['ignored'];
  unread: Reading['unread'];
  /** The warnings that are about no single item. */
  warnings: Omit<Warning, 'ref'>[];
  /** Why the page is no plan. */
  seen?: { reason: string; candidates: number };
};

export const reportOf = (reading: Reading): Report => ({
  pageProps: reading.pageProps,
  coverage: reading.coverage,
  ignored: reading.ignored,
  unread: reading.unread,
  warnings: reading.warnings.flatMap(({ ref, ...warning }) => (ref === null ? [warning] : [])),
  ...(reading.outcome === 'not_a_plan' && { seen: reading.seen }),
});

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
