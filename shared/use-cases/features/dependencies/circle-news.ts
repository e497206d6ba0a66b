import { isOpenBlocker } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';
import type { Circle } from './find-circles.ts';
import type { Seen } from './seen-blockers.ts';

const membersOf = (circle: Circle): string[] => circle.map(({ featureId }) => featureId);

/** The other members of a feature's former and present circle, if it is not the same. Each has to look for it too. */
export const alsoInCircle = ({ feature: { id, cycle = [] } }: Seen, now: Circle = []): string[] => {
  const [before, after] = [membersOf(cycle), membersOf(now)];
  if (before.toSorted().join() === after.toSorted().join()) return [];
  return [...new Set([...before, ...after])].filter((featureId) => featureId !== id);
};

/** Features that may have been in a circle with one of these through a dependency that is over. */
export const lostFromCircles = (seen: readonly Seen[]): string[] =>
  seen
    // Whoever was in a circle has one to show.
    .filter(({ feature }) => feature.cycle)
    .flatMap(({ changed, dropped }) => {
      const closed = changed.filter((blocker) => !isOpenBlocker(blocker));
      return [...dropped, ...closed.map(({ linearIssueId }) => linearIssueId)];
    })
    .map((issueId) => derivedId('feature', issueId));
