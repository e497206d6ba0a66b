import type { FeatureRow } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import { judgeRelease, releaseKey, stateOf } from '../../domain/features/status.ts';
import { AppError, notFound } from '../../errors.ts';

const ATTEMPTS = 3;

type Deps = {
  features: Features;
  startWork: (payload: { workspaceId: string; featureIds: string[] }) => Promise<void>;
  now: Now;
};

/**
 * Gives back a feature that its run will not finish. Repeating a release changes nothing. Throws `conflict` with the
 * current state if another run holds the feature, or the run is over.
 */
export const release =
  ({ features, startWork, now }: Deps) =>
  async (row: FeatureRow, runId: string): Promise<void> => {
    let current = row;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const verdict = judgeRelease(runId, current);
      if (verdict.is === 'repeated') return;
      if (verdict.is === 'refused') throw new AppError('conflict', `${stateOf(current)}: ${verdict.why}.`);
      const written = await features.release(current, releaseKey(runId), now());
      if (written.ok) return startWork({ workspaceId: row.workspaceId, featureIds: [row.id] });
      if (!written.row) throw notFound('feature');
      current = written.row;
    }
    throw new AppError(
      'conflict',
      'Others are reporting on this feature at the same time. Read it and release again.',
    );
  };

export type Release = ReturnType<typeof release>;
