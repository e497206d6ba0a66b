import { randomUUID } from 'node:crypto';

/** Features spread over this many due partitions, for one takes about 1,000 writes a second. */
export const FEATURE_DUE_SHARDS = 4;

export const featureDueShard = (shard: number): string => `due#${shard}`;
export const featureDueIn = (featureId: string): string =>
  featureDueShard((featureId.charCodeAt(25) ?? 0) % FEATURE_DUE_SHARDS);

/** Where the due rows of a workspace wait while it is not connected: in the same index, out of every shard. */
export const parkedIn = (workspaceId: string): string => `parked#${workspaceId}`;

/** Few workspaces and projects are due at once: each of those tables has one due partition. */
export const UNSHARDED_DUE_IN = 'due#0';

/** A due time. The random end makes each one different, so that clearing one cannot clear a newer one. */
export const dueAt = (at: number): string => `${new Date(at).toISOString()}#${randomUUID().slice(-12)}`;

/** Whether a look comes within the minute; a due time may also lie far ahead, such as at the end of a lease. */
export const SOON_MS = 60_000;

/** Whether a due time has come. */
export const isDue = ({ dueAt }: { dueAt?: string | undefined }, now: number): boolean =>
  dueAt !== undefined && dueAt <= dueUntil(now);

/** The upper end of what is due at `now`, for a key comparison. */
export const dueUntil = (now: number): string => `${new Date(now).toISOString()}#~`;
