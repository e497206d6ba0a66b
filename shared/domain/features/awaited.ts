/** 8,192 bits: a kilobyte on the row of the workspace. With 100 issues in it, one of 80 others is taken for one of them. */
const BITS = 8_192;

/** FNV-1a, whose low bits are spread well enough for ids of any form. */
const bitOf = (linearIssueId: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < linearIssueId.length; at++)
    hash = Math.imul(hash ^ linearIssueId.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BITS - 1);
};

/**
 * A bitmap of the issues that features depend on. It is on the row of the workspace, which a webhook has in memory, so
 * that the event of an issue that nobody waits for costs no read. It may say yes for another issue, but never no for
 * one of its own.
 */
export type Awaited = Uint8Array;

export const mayBeAwaited = (awaited: Awaited | undefined, linearIssueId: string): boolean => {
  const bit = bitOf(linearIssueId);
  return ((awaited?.[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
};

/** The bitmap with these issues in it. */
export const withAwaited = (awaited: Awaited | undefined, linearIssueIds: Iterable<string>): Awaited => {
  const bits = new Uint8Array(BITS / 8);
  if (awaited) bits.set(awaited.subarray(0, bits.length));
  for (const id of linearIssueIds) {
    const bit = bitOf(id);
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return bits;
};
