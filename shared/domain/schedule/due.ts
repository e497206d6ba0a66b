import { randomUUID } from 'node:crypto';

/** How many due partitions features are spread over. One partition takes about 1,000 writes a second. */
export const FEATURE_DUE_SHARDS = 4;

export const featureDueShard = (shard: number): string => `due#${shard}`;
export const featureDueIn = (featureId: string): string =>
  featureDueShard((featureId.charCodeAt(25) ?? 0) % FEATURE_DUE_SHARDS);

/** The partition of the due index that holds a workspace's rows while it is not connected, so that no shard has them. */
export const parkedIn = (workspaceId: string): string => `parked#${workspaceId}`;

/**
 * The due partition of the workspaces and of the projects table. Few of their rows are due at once, so one is enough.
 */
export const UNSHARDED_DUE_IN = 'due#0';

/** A due time. Its random suffix makes it unique, so that clearing it cannot clear a newer one. */
export const dueAt = (at: number): string => `${new Date(at).toISOString()}#${randomUUID().slice(-12)}`;

/** A due time within this long counts as soon. Others may be far ahead, such as at the end of a lease. */
export const SOON_MS = 60_000;

/** Whether a due time has come. */
export const isDue = ({ dueAt }: { dueAt?: string | undefined }, now: number): boolean =>
  dueAt !== undefined && dueAt <= dueUntil(now);

/** The upper bound of the due times that have come at `now`, for a key condition. */
export const dueUntil = (now: number): string => `${new Date(now).toISOString()}#~`;
