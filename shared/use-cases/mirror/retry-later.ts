import type { MirroredFeatures } from '../../data/features/features.ts';
import type { Now } from '../../domain/clock.ts';
import { derivedId } from '../../domain/ids.ts';

/** How long to wait before an issue that could not be applied is tried again. */
const RETRY_MS = 10 * 60_000;

/**
 * Why an issue that can be read is not stored. The text is constant, because the same reason asks for no second
 * retry.
 */
export const UNSTORABLE = 'This issue cannot be stored: it is larger than a row of the database holds.';

/** Makes the row of an issue that could not be applied due for a retry, with the reason. */
export const retryLater =
  ({ features, now }: { features: MirroredFeatures; now: Now }) =>
  (workspaceId: string, linearIssueId: string, failure: string): Promise<void> =>
    features.retry(
      { id: derivedId('feature', linearIssueId), workspaceId, linearIssueId, failure },
      { at: now() + RETRY_MS, now: now() },
    );
