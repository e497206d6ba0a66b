import type { Outcome } from '../../domain/features/feature.ts';
import { type Report, reportKey } from '../../domain/features/status.ts';
import { dueFeature } from '../schedule/due.ts';
import { type FeatureRow, type FeaturesTable, featureRow, where } from './feature-row.ts';
import { outcomeBytes, storeOwed } from './outcome.ts';

/**
 * The limit for one row. Beyond it, reports of earlier runs are forgotten, because no repeat of them is still on its
 * way.
 */
const KEPT_REPORTS = 100;

/** What orchestrators report; writes *ours* only. Times are epoch milliseconds. */
export const featureReports = (features: FeaturesTable) => ({
  /** The bytes that outcomes would take on a row. */
  outcomeBytes,

  /**
   * Records an accepted report: status, outcome and due time in one write. If the row has changed, returns it as it
   * is now.
   */
  async report(
    row: FeatureRow,
    report: Report,
    owed: { commentId: string; outcome: Outcome } | undefined,
    now: number,
  ): Promise<{ ok: true } | { ok: false; row: FeatureRow | undefined }> {
    const { status, runId } = report;
    const isLong = row.reports.size >= KEPT_REPORTS;
    const ofThisRun = [...row.reports].filter((key) => key.startsWith(`${runId}#`));
    const written = await features.update(
      { id: row.id },
      {
        set: {
          status,
          statusSeq: row.statusSeq + 1,
          runId,
          updatedAt: new Date(now).toISOString(),
          ...(isLong ? { reports: new Set([...ofThisRun, reportKey(report)]) } : {}),
          ...dueFeature(row.id, now),
        },
        ...(owed ? { setEntries: { owed: { [owed.commentId]: storeOwed(owed.outcome) } } } : {}),
        ...(isLong ? {} : { add: { reports: new Set([reportKey(report)]) } }),
        remove: ['claimAt', 'readyAt', 'leaseUntil'],
        when: where.asRead(row, 'statusSeq', 'workspaceId'),
      },
    );
    return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
  },
});
