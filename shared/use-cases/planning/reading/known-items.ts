import type { ItemRow } from '../../../data/planning/item-row.ts';
import type { KnownItem } from '../../../domain/planning/identity/face.ts';

const byPlace = (one: ItemRow, other: ItemRow): number => (one.place < other.place ? -1 : 1);

/**
 * The items that a reading's items may be: as the page said them, whatever people said since, and in the order of the
 * last reading, those that were on the page first. A proposed item is none of them until a person decides; what stands
 * below it stands below the item that it may be.
 */
export const knownItems = (stored: readonly ItemRow[]): KnownItem[] => {
  const proposed = new Map(
    stored.flatMap(({ id, state, matches }) => (state === 'proposed' ? [[id, matches]] : [])),
  );
  return stored
    .filter(({ id }) => !proposed.has(id))
    .sort(byPlace)
    .map(({ id, pageLevel, title, key, anchors, contents, parentId = '', state }) => ({
      id,
      level: pageLevel,
      title,
      key: key ?? null,
      anchors,
      contents,
      parentId: proposed.get(parentId) ?? (parentId || null),
      isMissing: state === 'missing',
      isGuarded: false,
    }));
};
