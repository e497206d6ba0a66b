import { hash } from 'node:crypto';

/** Which read of Linear a row comes from: Linear's `updatedAt`, our time of the read, and a hash of the content. */
export type Version = { linearUpdatedAt: string; seenAt: string; contentHash: string };

/** Linear's clock and ours may differ by this much. */
export const CLOCK_SKEW_MS = 60_000;

/**
 * Whether a row has a version from the future. No read would count as newer until then, so such a row is overwritten by
 * whatever is read now.
 */
export const isFromFuture = (
  { linearUpdatedAt = '', seenAt = '' }: { [K in keyof Version]?: string | undefined },
  now: number,
): boolean => {
  const latest = new Date(now + CLOCK_SKEW_MS).toISOString();
  return linearUpdatedAt > latest || seenAt > latest;
};

export const hashOf = (content: object): string =>
  hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22);
