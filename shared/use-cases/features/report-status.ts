import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import type { Outcome } from '../../domain/features/feature.ts';
import { isOutcome, judgeReport, type Report, stateOf } from '../../domain/features/status.ts';
import { outcomeCommentId } from '../../domain/ids.ts';
import { AppError, notFound } from '../../errors.ts';

const ATTEMPTS = 3;
/** A row holds 400 kB, of which a description may take 300; what a feature owes takes no more than this of the rest. */
const OWED_BYTES = 90_000;

/** DynamoDB refuses the write for what the row would hold. */
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
 * Takes an orchestrator's report: status, outcome and due time in one write, then a kick to the poller. The same
 * report again is the same, but for the holder of a lease, which it extends until `leaseUntil` (epoch ms). Throws
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
        `The texts of this report are too long: compressed they may take ${OWED_BYTES} bytes. Shorten them.`,
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
      `Linear has still to be told ${Object.keys(owed).length} outcomes of this feature, and the texts of all of them may take ${OWED_BYTES} bytes, compressed. Shorten this report, or report again later.`,
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
      'Others report on this feature at the same time. Read it and report again.',
    );
  };
};

export type ReportStatus = ReturnType<typeof reportStatus>;
