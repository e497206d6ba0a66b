import type { FeatureRow } from '../data/feature-row.ts';
import type { Features } from '../data/features.ts';
import type { Now } from '../domain/clock.ts';
import type { Outcome } from '../domain/feature.ts';
import { outcomeCommentId } from '../domain/ids.ts';
import { isOutcome, judgeReport, type Report, stateOf } from '../domain/status.ts';
import { AppError, notFound } from '../errors.ts';

const ATTEMPTS = 3;
/** What a feature owes lies on one row of 400 kB: while Linear is away, dozens of outcomes have to fit. */
const MAX_TEXT_BYTES = 6_000;

const cut = (text = ''): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_TEXT_BYTES) return text;
  // A character that was cut in two decodes to the replacement character, which is dropped.
  return `${bytes
    .subarray(0, MAX_TEXT_BYTES)
    .toString('utf8')
    .replace(/\ufffd+$/, '')} … (cut)`;
};

type Deps = {
  features: Features;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

/**
 * Takes an orchestrator's report: status, outcome and due time in one write, then a kick to the poller. The same
 * report again is the same, but for the holder of a lease, which it extends until `leaseUntil` (epoch ms). Throws
 * `conflict` with the current state for a transition that is not allowed.
 */
export const reportStatus = ({ features, startWork, now }: Deps) => {
  const owedBy = (row: FeatureRow, { status, ...report }: Report) => {
    if (!isOutcome(status)) return undefined;
    const reportedAt = new Date(now()).toISOString();
    const texts = Object.entries(report).map(([field, text]) => [
      field,
      field === 'prUrl' ? text : cut(text),
    ]);
    const outcome: Outcome = {
      ...Object.fromEntries(texts),
      runId: report.runId,
      status,
      seq: row.statusSeq + 1,
      reportedAt,
    };
    return { commentId: outcomeCommentId(row.id, report.runId, status), outcome };
  };

  return async (row: FeatureRow, report: Report, leaseUntil: number): Promise<void> => {
    let current = row;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const verdict = judgeReport(report, current);
      if (verdict.is === 'repeated') return;
      if (verdict.is === 'refused') throw new AppError('conflict', `${stateOf(current)}: ${verdict.why}.`);
      const written =
        verdict.is === 'extended'
          ? await features.extendLease(current, leaseUntil)
          : await features.report(current, report, owedBy(current, report), now());
      if (written.ok) {
        if (verdict.is === 'accepted')
          await startWork({ workspaceId: row.workspaceId, featureIds: [row.id] });
        return;
      }
      if (!written.row) throw notFound('feature');
      current = written.row;
    }
    throw new AppError(
      'conflict',
      'Others report on this feature at the same time. Read it and report again.',
    );
  };
};

export type ReportStatus = ReturnType<typeof reportStatus>;
