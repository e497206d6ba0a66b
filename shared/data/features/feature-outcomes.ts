import { and } from '../condition.ts';
import { dueFeature } from '../schedule/due.ts';
import { type FeatureRow, type FeaturesTable, where } from './feature-row.ts';
import { storeOwed } from './outcome.ts';

/** What is still to be written to Linear, by comment id. Times are epoch milliseconds. */
export const featureOutcomes = (features: FeaturesTable) => ({
  /**
   * Records, once for each run, that its lease expired: stores a new comment id as owed, and makes the row due.
   * Returns `false` if the row was reported on, claimed or made due since it was read.
   */
  async noteLapse(row: FeatureRow, now: number): Promise<boolean> {
    const { id, runId, leaseUntil, statusSeq: seq } = row;
    if (!runId || !leaseUntil) return false;
    const reportedAt = new Date(now).toISOString();
    const lapse = storeOwed({ status: 'lapsed', runId, seq, reportedAt, leaseUntil });
    const { ok } = await features.update(
      { id },
      {
        set: { lapsedRunId: runId, ...dueFeature(id, now) },
        setEntries: { owed: { [crypto.randomUUID()]: lapse } },
        when: and(
          where.asRead(row, 'statusSeq', 'dueAt', 'leaseUntil'),
          where.exists('claimAt'),
          where.notExists('withdrawn'),
        ),
      },
    );
    return ok;
  },

  /**
   * Replaces the comment id of something owed before it is posted. Returns `false` if another worker replaced or
   * posted it since the row was read.
   */
  async renameOwed({ id, owed }: FeatureRow, commentId: string, newId: string): Promise<boolean> {
    const outcome = owed[commentId];
    if (!outcome) return false;
    const { ok } = await features.update(
      { id },
      {
        setEntries: { owed: { [newId]: storeOwed(outcome) } },
        removeEntries: { owed: [commentId] },
        when: where.hasEntry('owed', commentId),
      },
    );
    return ok;
  },
});
