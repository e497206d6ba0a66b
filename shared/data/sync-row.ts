import * as z from 'zod/mini';
import { type SyncPlan, syncPlans, syncStages } from '../domain/sync.ts';

/** How far a sync came, as it lies on the row of its workspace or project. */
export const SyncRow = z.object({
  historyId: z.string(),
  plan: z.enum(Object.keys(syncPlans) as SyncPlan[]),
  askedAt: z.string(),
  stages: z.array(z.enum(syncStages)),
  cursor: z.optional(z.string()),
  notBefore: z.optional(z.string()),
  savedAt: z.optional(z.string()),
  counts: z.record(z.string(), z.number()),
});
