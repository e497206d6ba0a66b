import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import type { Outcome } from '../../domain/features/feature.ts';
import { isOutcome, judgeReport, type Report, stateOf } from '../../domain/features/status.ts';
import { outcomeCommentId } from '../../domain/ids.ts';
import { AppError, notFound } from '../../errors.ts';

const ATTEMPTS = 3;
/** A row holds 400 kB, of which the description may take 300. This is the limit for what a feature owes. */
const OWED_BYTES = 90_000;

/** Whether DynamoDB refuses the write because the row would be too large. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException';

type Deps = {
  features: Features;
  /** The key that comment ids are derived with. */
  commentKey: () => Promise<string>;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

/**
 * Takes an orchestrator's report: writes status, outcome and due time at once, then kicks the poller. Repeating a
 * report changes nothing, except that the holder of a lease extends it until `leaseUntil` (epoch ms). Throws
 * `conflict` with the current state for a transition that is not allowed.
 */
export const reportStatus = ({ features, commentKey, startWork, now }: Deps) => {
  const owedBy = async (row: FeatureRow, { status, ...report }: Report) => {
    if (!isOutcome(status)) return undefined;
    const seq = row.statusSeq + 1;
    const outcome: Outcome = { ...report, status, seq, reportedAt: new Date(now()).toISOString() };
    if (features.outcomeBytes([outcome]) > OWED_BYTES)
      throw new AppError(
        'too_large',
        `The texts of this report are too long: compressed, they may take ${OWED_BYTES} bytes. Shorten them.`,
      );
    if (features.outcomeBytes([...Object.values(row.owed), outcome]) > OWED_BYTES) throw noRoom(row);
    const commentId = outcomeCommentId(await commentKey(), {
      featureId: row.id,
      runId: report.runId,
      status,
    });
    return { commentId, outcome };
  };

  const noRoom = ({ owed }: FeatureRow) =>
    new AppError(
      'conflict',
      `${Object.keys(owed).length} outcomes of this feature are still to be written to Linear, and their texts together may take ${OWED_BYTES} bytes, compressed. Shorten this report, or report again later.`,
    );

  const accept = async (row: FeatureRow, report: Report) =>
    features.report(row, report, await owedBy(row, report), now()).catch((error: unknown) => {
      throw isTooLarge(error) ? noRoom(row) : error;
    });

  return async (row: FeatureRow, report: Report, leaseUntil: number): Promise<void> => {
    let current = row;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const verdict = judgeReport(report, current);
      if (verdict.is === 'repeated') return;
      if (verdict.is === 'refused') throw new AppError('conflict', `${stateOf(current)}: ${verdict.why}.`);
      const written =
        verdict.is === 'extended'
          ? await features.extendLease(current, leaseUntil)
          : await accept(current, report);
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
      'Others are reporting on this feature at the same time. Read it and report again.',
    );
  };
};

export type ReportStatus = ReturnType<typeof reportStatus>;
