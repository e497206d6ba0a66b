import type { FeatureRow } from '../data/feature-row.ts';
import type { Features } from '../data/features.ts';
import type { Now } from '../domain/clock.ts';
import type { Outcome } from '../domain/feature.ts';
import { outcomeCommentId } from '../domain/ids.ts';
import { isOutcome, judgeReport, type Report, stateOf } from '../domain/status.ts';
import { AppError, notFound } from '../errors.ts';

const ATTEMPTS = 3;
/** What a feature owes lies on one row of 400 kB, beside a description of up to 300. */
const MAX_TEXT_BYTES = 6_000;
/** While Linear is away, outcomes gather: beyond this, texts are kept short, so that hundreds fit. */
const AMPLE_BYTES = 60_000;
const SHORT_TEXT_BYTES = 200;

const textBytes = ({ owed }: FeatureRow): number =>
  Buffer.byteLength(JSON.stringify(owed)) < AMPLE_BYTES ? MAX_TEXT_BYTES : SHORT_TEXT_BYTES;

/** DynamoDB refuses the write for what the row would hold. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException';

const cut = (text: string, maxBytes: number): string => {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  // A character that was cut in two decodes to the replacement character, which is dropped.
  return `${bytes
    .subarray(0, maxBytes)
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
      field === 'prUrl' ? text : cut(text ?? '', textBytes(row)),
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

  const accept = (row: FeatureRow, report: Report) =>
    features.report(row, report, owedBy(row, report), now()).catch((error: unknown) => {
      if (!isTooLarge(error)) throw error;
      const owed = `Linear has still to be told ${Object.keys(row.owed).length} outcomes of this feature`;
      throw new AppError('conflict', `${owed}, and no more can be kept: report again later.`);
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
