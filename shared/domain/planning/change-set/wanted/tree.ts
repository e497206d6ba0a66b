import type { PlannedItem } from '../input.ts';

/** The items of a plan by their ids, each with its parent and children. */
export type PlanTree = {
  /** Those that are to be in Linear, in the order of the page. */
  wanted: readonly PlannedItem[];
  isWanted: (item: PlannedItem) => boolean;
  find: (id: string) => PlannedItem | undefined;
  /** The nearest first. */
  ancestorsOf: (item: PlannedItem) => readonly PlannedItem[];
  childrenOf: (item: PlannedItem) => readonly PlannedItem[];
  /** What has nothing below it: the item itself, or its leaves. */
  leavesOf: (item: PlannedItem) => readonly PlannedItem[];
};

const isWanted = ({ state, isIgnored, isUndone }: PlannedItem): boolean =>
  state === 'present' && !isIgnored && !isUndone;

/**
 * An item below one that is left out stands below the next one above. One below a proposed item stands below the item
 * that it may be, as it did before.
 */
export const planTree = (items: readonly PlannedItem[]): PlanTree => {
  const byId = new Map(items.map((item) => [item.id, item]));
  const wanted = items.filter(isWanted).sort((one, other) => (one.place < other.place ? -1 : 1));

  const parents = new Map<PlannedItem, PlannedItem>();
  const parentOf = (item: PlannedItem): PlannedItem | undefined => {
    const seen = new Set([item.id]);
    let at = byId.get(item.parentId ?? '');
    while (at && !seen.has(at.id)) {
      if (isWanted(at)) return at;
      seen.add(at.id);
      at = byId.get((at.state === 'proposed' ? at.matches : at.parentId) ?? '');
    }
    return undefined;
  };
  for (const item of wanted) {
    const parent = parentOf(item);
    if (parent) parents.set(item, parent);
  }

  const ancestorsOf = (item: PlannedItem): PlannedItem[] => {
    const ancestors: PlannedItem[] = [];
    const seen = new Set([item]);
    for (let at = parents.get(item); at && !seen.has(at); at = parents.get(at)) {
      seen.add(at);
      ancestors.push(at);
    }
    return ancestors;
  };
  // A parent below its own child would be a circle: such an item stands at the top.
  for (const item of wanted) {
    const top = ancestorsOf(item).at(-1);
    if (top && parents.get(top) === item) parents.delete(item);
  }

  const children = Map.groupBy(wanted, (item) => parents.get(item));
  const childrenOf = (item: PlannedItem): readonly PlannedItem[] => children.get(item) ?? [];
  const leavesOf = (item: PlannedItem): PlannedItem[] => {
    const leaves: PlannedItem[] = [];
    const open = [item];
    for (let at = open.pop(); at; at = open.pop()) {
      const below = childrenOf(at);
      if (below.length === 0) leaves.push(at);
      open.push(...below.toReversed());
    }
    return leaves;
  };
  return { wanted, isWanted, find: (id) => byId.get(id), ancestorsOf, childrenOf, leavesOf };
};
