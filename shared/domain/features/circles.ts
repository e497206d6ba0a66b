/** The features that block each feature, by its id. A feature that is not known has no entry. */
export type BlockedBy = ReadonlyMap<string, readonly string[]>;

/**
 * The shortest circle of dependencies that a feature is part of: the ids of its members in the order in which each is
 * blocked by the next, itself first. `undefined` if it is in none.
 */
export const circleOf = (featureId: string, blockedBy: BlockedBy): string[] | undefined => {
  const cameFrom = new Map<string, string>();
  let reached = [featureId];
  while (reached.length > 0) {
    const next: string[] = [];
    for (const id of reached)
      for (const blocker of blockedBy.get(id) ?? []) {
        if (blocker === featureId) return pathTo(id, cameFrom);
        if (cameFrom.has(blocker)) continue;
        cameFrom.set(blocker, id);
        next.push(blocker);
      }
    reached = next;
  }
  return undefined;
};

const pathTo = (end: string, cameFrom: ReadonlyMap<string, string>): string[] => {
  const path: string[] = [];
  for (let id: string | undefined = end; id !== undefined; id = cameFrom.get(id)) path.unshift(id);
  return path;
};
