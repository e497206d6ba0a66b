/** A kilobyte on the row of the workspace. With 300 issues in it, one of a thousand others is taken for one of them. */
const BITS = 8_192;

/** The three bits of an issue: FNV-1a of its id, halved into a first bit and a distance. */
const bitsOf = (linearIssueId: string): number[] => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < linearIssueId.length; at++)
    hash = Math.imul(hash ^ linearIssueId.charCodeAt(at), 0x01000193);
  const distance = (hash >>> 13) | 1;
  return [hash, hash + distance, hash + 2 * distance].map((bit) => bit & (BITS - 1));
};

const has = (awaited: Awaited, bit: number): boolean => ((awaited[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;

/**
 * A Bloom filter of the issues that features depend on. It is on the row of the workspace, which a webhook has in
 * memory, so that the event of an issue that nobody waits for costs no read. It may say yes for another issue, but
 * never no for one of its own.
 */
export type Awaited = Uint8Array;

export const mayBeAwaited = (awaited: Awaited | undefined, linearIssueId: string): boolean =>
  awaited !== undefined && bitsOf(linearIssueId).every((bit) => has(awaited, bit));

/** The filter with these issues in it. */
export const withAwaited = (awaited: Awaited | undefined, linearIssueIds: Iterable<string>): Awaited => {
  const next = new Uint8Array(BITS / 8);
  if (awaited) next.set(awaited.subarray(0, next.length));
  for (const id of linearIssueIds)
    for (const bit of bitsOf(id)) next[bit >> 3] = (next[bit >> 3] ?? 0) | (1 << (bit & 7));
  return next;
};
