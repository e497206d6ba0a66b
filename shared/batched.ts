type Limits<T> = {
  /** Items in a batch, at most. */
  size: number;
  /** The weight of an item, and the limit for a batch. A heavier item gets a batch of its own. */
  weight?: (item: T) => number;
  most?: number;
};

/** Cuts items into batches, in their order. */
export const batched = <T>(
  items: readonly T[],
  { size, weight = () => 0, most = Number.POSITIVE_INFINITY }: Limits<T>,
): T[][] => {
  const batches: T[][] = [];
  let total = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const more = weight(item);
    if (last && last.length < size && total + more <= most) {
      last.push(item);
      total += more;
    } else {
      batches.push([item]);
      total = more;
    }
  }
  return batches;
};
