import type { Outcome } from '../../domain/features/feature.ts';
import { type Report, reportKey } from '../../domain/features/status.ts';
import { type FeatureRow, featureRow } from './feature-row.ts';
import { due, type FeatureWrites } from './feature-writes.ts';
import { outcomeBytes, storeOwed } from './outcome.ts';

/** A row holds no more of them: then those of earlier runs are forgotten, whose repeats are not on their way any more. */
const KEPT_REPORTS = 100;

/** What orchestrators say of a feature: writes *ours* and nothing else. Times are epoch milliseconds. */
export const featureReports = ({ change }: FeatureWrites) => ({
  /** The bytes that outcomes would take on a row. */
  outcomeBytes,

  /** Records an accepted report: status, outcome and due time in one write. Lost: the row as it is now. */
  async report(
    row: FeatureRow,
    report: Report,
    owed: { commentId: string; outcome: Outcome } | undefined,
    now: number,
  ): Promise<{ ok: true } | { ok: false; row: FeatureRow | undefined }> {
    const { status, runId } = report;
    const isLong = row.reports.size >= KEPT_REPORTS;
    const ofThisRun = [...row.reports].filter((key) => key.startsWith(`${runId}#`));
    const written = await change(row.id, {
      set: {
        status,
        statusSeq: row.statusSeq + 1,
        runId,
        updatedAt: new Date(now).toISOString(),
        ...(owed ? { [`owed.${owed.commentId}`]: storeOwed(owed.outcome) } : {}),
        ...(isLong ? { reports: new Set([...ofThisRun, reportKey(report)]) } : {}),
        ...due(row.id, now),
      },
      ...(isLong ? {} : { add: { reports: new Set([reportKey(report)]) } }),
      remove: ['claimAt', 'readyAt', 'leaseUntil'],
      when: '#statusSeq = :q AND #workspaceId = :w',
      values: { q: row.statusSeq, w: row.workspaceId },
    });
    return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
  },
});
