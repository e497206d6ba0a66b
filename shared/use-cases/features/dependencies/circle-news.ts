import type { FeatureRow } from '../../../data/features/feature-row.ts';
import { isOpenBlocker } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';
import type { Circles } from './find-circles.ts';
import type { Seen } from './seen-blockers.ts';

/**
 * Features that have to look for their circle again: the others of the former and of the present circle, and blockers
 * that began or ceased to be in any circle with the feature, which shows only one of its circles.
 */
export const alsoInCircle = (
  { feature: { id, cycle = [] }, added, changed, dropped }: Seen,
  circles: Circles,
  rows: ReadonlyMap<string, FeatureRow>,
): string[] => {
  const before = cycle.map(memberId);
  const after = circles.of.get(id)?.map(memberId) ?? [];
  const isOther = before.toSorted().join() !== after.toSorted().join();
  const gained = [...added, ...changed.filter(isOpenBlocker)].map(({ linearIssueId }) =>
    derivedId('feature', linearIssueId),
  );
  const ceased = [...dropped, ...changed.filter((each) => !isOpenBlocker(each)).map(issueIdOf)];
  const concerned = [
    ...(isOther ? [...before, ...after] : []),
    ...gained.filter((blockerId) => circles.isClosedBy(id, blockerId)),
    ...ceased.flatMap((issueId) => {
      const row = rows.get(issueId);
      return row?.cycle?.some((member) => member.featureId === id) ? [row.id] : [];
    }),
  ];
  return [...new Set(concerned)].filter((featureId) => featureId !== id);
};

const memberId = ({ featureId }: { featureId: string }): string => featureId;
const issueIdOf = ({ linearIssueId }: { linearIssueId: string }): string => linearIssueId;
