import { derivedId } from '../ids.ts';
import { contentOf, type ItemContent } from './content.ts';
import type { Match } from './identity/match.ts';
import { type ItemState, isForgotten, placeAfter, placeOf, type Word } from './item.ts';
import type { PlanItem, Reading, Warning } from './plan.ts';

/** An item as it is stored, as far as a reading compares it. */
export type StoredItem = {
  id: string;
  place: string;
  state: ItemState;
  matches?: string | undefined;
  parentId?: string | undefined;
  contentHash: string;
  refusals: number;
  missingSince?: string | undefined;
  word?: Word | undefined;
};

/** What a reading changes on one item. Without `content` the item keeps what the page last said about it. */
export type ItemChange = {
  id: string;
  change: 'created' | 'updated' | 'unsure' | 'missing' | 'dropped';
  place: string;
  state: ItemState;
  matches?: string | undefined;
  why?: string | undefined;
  content?: ItemContent | undefined;
  /** The parent of an item without `content`: the one that it had, or what is left of it. */
  parentId?: string | undefined;
};

type Compared = {
  sessionId: string;
  readingId: string;
  reading: Reading;
  /** Every item of the session. */
  stored: readonly StoredItem[];
  /** By the ref of the reading's item. */
  matches: ReadonlyMap<string, Match>;
  /** Epoch ms. */
  now: number;
};

/** The id of the row of an item that may be a known one. It stays the same until a person decides. */
const proposalId = (sessionId: string, { id, refusals }: StoredItem): string =>
  derivedId('item', `${sessionId}:proposed:${id}:${refusals}`);

const warningsByRef = (warnings: readonly Warning[]): Map<string | null, Warning[]> =>
  Map.groupBy(warnings, ({ ref }) => ref);

const isChanged = (item: StoredItem, change: Omit<ItemChange, 'id' | 'change'>): boolean =>
  item.state !== change.state ||
  item.place !== change.place ||
  item.matches !== change.matches ||
  (change.content ? item.contentHash !== change.content.contentHash : item.parentId !== change.parentId);

/** The least changes that make the stored items show a reading, in the order of the page. */
export const changesOf = ({
  sessionId,
  readingId,
  reading,
  stored,
  matches,
  now,
}: Compared): ItemChange[] => {
  const byId = new Map(stored.map((item) => [item.id, item]));
  const known = (id: string): StoredItem => {
    const item = byId.get(id);
    if (!item) throw new Error(`A reading was matched with the item ${id}, which is not stored.`);
    return item;
  };
  const idOfMatch = (match: Match, { ref }: PlanItem): string => {
    if (match.is === 'same') return match.id;
    if (match.is === 'proposed') return proposalId(sessionId, known(match.id));
    return derivedId('item', `${sessionId}:${readingId}:${ref}`);
  };

  const matchOf = ({ ref }: PlanItem): Match => matches.get(ref) ?? { is: 'added' };
  const ids = reading.items.map((item) => idOfMatch(matchOf(item), item));
  const idByRef = new Map(reading.items.map(({ ref }, index) => [ref, ids[index] ?? '']));
  const idOf = (ref: string): string => idByRef.get(ref) ?? ref;
  const warnings = warningsByRef(reading.warnings);

  const found = reading.items.flatMap((item, index): ItemChange[] => {
    const match = matchOf(item);
    const id = ids[index] ?? '';
    const before = byId.get(id);
    const after = {
      place: placeOf(index),
      content: contentOf(item, warnings.get(item.ref) ?? [], idOf),
      ...(match.is === 'proposed'
        ? { state: 'proposed' as const, matches: match.id, why: match.why }
        : { state: 'present' as const }),
    };
    if (before && !isChanged(before, after)) return [];
    return [{ id, change: before ? 'updated' : 'created', ...after }];
  });

  const proposed = new Map(
    reading.items.flatMap((item, index) => {
      const match = matchOf(item);
      return match.is === 'proposed' ? [[match.id, ids[index] ?? '']] : [];
    }),
  );
  const isFound = new Set(ids);
  const off = stored.filter(({ id }) => !isFound.has(id));
  // A proposal that is no longer made leaves nothing behind: the item was never more than a question.
  const isDropped = (item: StoredItem) => item.state === 'proposed' || isForgotten(item, now);
  const dropped = new Map(off.filter(isDropped).map((item) => [item.id, item]));
  const parentOf = ({ parentId = '' }: StoredItem): string | undefined => {
    const parent = dropped.get(parentId)?.matches ?? parentId;
    return isFound.has(parent) || (byId.has(parent) && !dropped.has(parent)) ? parent : undefined;
  };
  const left = off.flatMap((item): ItemChange[] => {
    const { id, state } = item;
    const place = placeAfter(item.place);
    if (dropped.has(id)) return [{ id, change: 'dropped', place, state }];
    const matched = proposed.get(id);
    const after = { place, parentId: parentOf(item), matches: matched };
    const change = matched ? 'unsure' : 'missing';
    return isChanged(item, { ...after, state: change }) ? [{ id, change, ...after, state: change }] : [];
  });
  return [...found, ...left];
};
