import * as z from 'zod/mini';
import { type SyncPlan, syncPlans, syncStages } from '../domain/mirror/sync.ts';
import { maybeText, number, text } from './fields.ts';

/** The progress of a sync, stored on the row of its workspace or project. */
export const SyncRow = z.object({
  historyId: text,
  plan: z.enum(Object.keys(syncPlans) as SyncPlan[]),
  askedAt: text,
  stages: z.array(z.enum(syncStages)),
  cursor: maybeText,
  notBefore: maybeText,
  savedAt: maybeText,
  counts: z.record(text, number),
});
