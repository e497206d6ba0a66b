import type { FeatureRow, ListedFeature } from '../../../data/features/feature-row.ts';
import { type Blocker, type KnownBlocker, stored } from '../../../domain/features/dependencies.ts';
import { isListed } from '../../../domain/features/feature.ts';
import type { Reading } from '../processing/read-issues.ts';

/** What a read says about the blockers of a feature. `blockers`: undefined if it does not depend on any. */
export type Seen = {
  feature: ListedFeature;
  blockers: readonly Blocker[] | undefined;
  hidden: number;
  added: readonly Blocker[];
  changed: readonly Blocker[];
  dropped: readonly string[];
};

const issueIdOf = ({ linearIssueId }: { linearIssueId: string }): string => linearIssueId;

/** Compares what was read with the row. Only a feature that qualifies and is open in Linear has dependencies. */
export const seenOf = (feature: ListedFeature, { blockers: read }: Reading): Seen => {
  const before = new Map((feature.blockers ?? []).map((blocker) => [blocker.linearIssueId, blocker]));
  const isKept = feature.claimIn !== undefined && feature.withdrawn === undefined;
  const found = isKept ? read?.get(feature.linearIssueId) : undefined;
  const blockers = found && stored(found.blockers);
  const after = new Set(blockers?.map(issueIdOf));
  return {
    feature,
    blockers,
    hidden: found?.hidden ?? 0,
    added: blockers?.filter(({ linearIssueId }) => !before.has(linearIssueId)) ?? [],
    changed:
      blockers?.filter(({ linearIssueId, state }) => {
        const known = before.get(linearIssueId);
        return known !== undefined && known.state !== state;
      }) ?? [],
    dropped: [...before.keys()].filter((id) => !after.has(id)),
  };
};

/** The feature with the blockers that were read. Whether a blocker is a feature is known for those that are news. */
export const withBlockers = (
  { feature, blockers, hidden }: Seen,
  rows: ReadonlyMap<string, FeatureRow>,
): ListedFeature => {
  const before = new Map(
    (feature.blockers ?? []).map((blocker) => [blocker.linearIssueId, blocker.featureId]),
  );
  const known = blockers?.map((blocker): KnownBlocker => {
    const row = rows.get(blocker.linearIssueId);
    const featureId = row && isListed(row) ? row.id : before.get(blocker.linearIssueId);
    return featureId === undefined ? { ...blocker } : { ...blocker, featureId };
  });
  return { ...feature, blockers: known, hiddenBlockers: hidden > 0 ? hidden : undefined };
};
