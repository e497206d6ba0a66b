import type { SyncProgress } from '../../domain/mirror/sync.ts';
import { dueAt, featureDueIn, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';

export const iso = (at: number): string => new Date(at).toISOString();

/** Makes a workspace or a project due at a time (epoch ms). */
export const due = (at: number) => ({ dueIn: UNSHARDED_DUE_IN, dueAt: dueAt(at) });

/** Makes a feature due at a time (epoch ms), in the shard of its id. */
export const dueFeature = (id: string, at: number) => ({ dueIn: featureDueIn(id), dueAt: dueAt(at) });

/** The attributes to remove when a row is no longer due. */
export const notDue = ['dueIn', 'dueAt'] as const;

/** Makes a row due when its sync may start. */
export const dueForSync = ({ notBefore = '' }: SyncProgress, now: number) =>
  due(Math.max(now, Date.parse(notBefore) || 0));
