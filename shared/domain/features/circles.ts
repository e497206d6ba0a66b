/** The features that block each feature, by its id. A feature that is not known has no entry. */
export type BlockedBy = ReadonlyMap<string, readonly string[]>;

/**
 * The shortest way along dependencies from a feature to what blocks it, directly or not: the ids before `to`, each
 * blocked by the next. From a feature to itself it is the circle that the feature is part of. `undefined` if there is
 * none.
 */
export const wayTo = (to: string, from: string, blockedBy: BlockedBy): string[] | undefined => {
  const cameFrom = new Map<string, string>();
  let reached = [from];
  while (reached.length > 0) {
    const next: string[] = [];
    for (const id of reached)
      for (const blocker of blockedBy.get(id) ?? []) {
        if (blocker === to) return pathTo(id, cameFrom);
        if (blocker === from || cameFrom.has(blocker)) continue;
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
