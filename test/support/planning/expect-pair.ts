import { expect } from 'vitest';
import type { KnownItem } from '../../../shared/domain/planning/identity/face.ts';
import { type Matching, matchReading } from '../../../shared/domain/planning/identity/match.ts';
import type { PlanItem } from '../../../shared/domain/planning/plan.ts';
import { itemsOf, knownAfter, knownFrom, pageText } from './readings.ts';
import type { Edit } from './storage-edits.ts';

/**
 * What becomes of the items besides those that keep their title and are the same: titles, and `title before → title
 * now`. The second item with a title is called `title (2)`.
 */
export type Expected = { joined?: string[]; added?: string[]; missing?: string[]; asked?: string[] };

/** What is done to a page, the page's number, how, and what becomes of its items. */
export type Pair = [what: string, page: string, edits: Edit[], expected?: Expected];

const namesOf = (items: readonly { title: string }[]): string[] => {
  const seen = new Map<string, number>();
  return items.map(({ title }) => {
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    return count === 1 ? title : `${title} (${count})`;
  });
};

const shown = (known: readonly KnownItem[], items: readonly PlanItem[], { matches, missing }: Matching) => {
  const before = new Map(namesOf(known).map((name, at) => [known[at]?.id ?? '', name]));
  const found: Required<Expected> = { joined: [], added: [], missing: [], asked: [] };
  namesOf(items).forEach((name, at) => {
    const match = matches.get(items[at]?.ref ?? '');
    const old = match && match.is !== 'added' ? before.get(match.id) : undefined;
    if (old === undefined) found.added.push(name);
    else if (match?.is === 'proposed') found.asked.push(`${old} → ${name}`);
    else if (old !== name) found.joined.push(`${old} → ${name}`);
  });
  found.missing.push(...missing.map((id) => before.get(id) ?? id));
  return found;
};

const sorted = (found: Required<Expected>) =>
  Object.fromEntries(Object.entries(found).map(([what, names]) => [what, [...names].sort()]));

const NOTHING = { joined: [], added: [], missing: [], asked: [] };

/** Reads a page before and after it is edited, and once more after a person has confirmed what was asked. */
export const expectPages = (before: string, after: string, expected: Expected = {}): void => {
  const known = knownFrom(itemsOf(before));
  const items = itemsOf(after);
  const matching = matchReading(known, items);
  expect(sorted(shown(known, items, matching))).toEqual(sorted({ ...NOTHING, ...expected }));

  const later = knownAfter(known, items, matching);
  const again = shown(later, items, matchReading(later, items));
  expect({ ...again, missing: [] }, 'the same page again').toEqual(NOTHING);
};

/** The same for a page of the fixtures and what is done to it. */
export const expectPair = (number: string, edits: Edit[], expected: Expected = {}): void => {
  const before = pageText(number);
  expectPages(
    before,
    edits.reduce((storage, edit) => edit(storage), before),
    expected,
  );
};
