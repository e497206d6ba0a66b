import { hash } from 'node:crypto';

/** Which look at Linear a row rests on: Linear's clock, then when we looked, then what was seen. */
export type Version = { linearUpdatedAt: string; seenAt: string; contentHash: string };

/** Linear's clock and ours may differ by this much. */
export const CLOCK_SKEW_MS = 60_000;

/**
 * Whether a row claims to rest on a look at Linear that is yet to come. Nothing would count as newer until then, so
 * such a row yields to whatever is seen now.
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
