import type { ListedFeature } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import { circleOf } from '../../../domain/features/circles.ts';
import { isBlocked, isOpenBlocker, type KnownBlocker } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';

/** How far circles are looked for: one read of rows for each step, and this many rows. */
const MOST_STEPS = 50;
const MOST_ROWS = 2_000;

type Known = { id: string; blockers?: readonly KnownBlocker[] | undefined; claimIn?: string | undefined };

const openBlockersOf = ({ blockers = [], claimIn }: Known): string[] =>
  claimIn === undefined
    ? []
    : blockers.filter(isOpenBlocker).map(({ linearIssueId }) => derivedId('feature', linearIssueId));

/**
 * The circles of features that block each other, by the features that are in one. Other features are as their rows show
 * them. Circles of more than 50 features are not found.
 */
export const findCircles =
  ({ features }: { features: Pick<Features, 'getMany'> }) =>
  async (
    workspaceId: string,
    blockedFeatures: readonly ListedFeature[],
  ): Promise<ReadonlyMap<string, { featureId: string; identifier: string }[]>> => {
    const starts = blockedFeatures.filter(isBlocked);
    const blockedBy = new Map(starts.map((feature) => [feature.id, openBlockersOf(feature)]));
    const identifiers = new Map(starts.map(({ id, issue }) => [id, issue.identifier]));
    const unknownOf = (ids: Iterable<string[]>) =>
      [...new Set([...ids].flat())].filter((id) => !blockedBy.has(id));

    let wanted = unknownOf(blockedBy.values());
    for (let step = 0; step < MOST_STEPS && wanted.length > 0 && blockedBy.size < MOST_ROWS; step++) {
      const ours = (await features.getMany(wanted)).filter((row) => row.workspaceId === workspaceId);
      const rows = new Map(ours.map((row) => [row.id, row]));
      const found = wanted.map((id): [string, string[]] => {
        const row = rows.get(id);
        if (row?.issue) identifiers.set(id, row.issue.identifier);
        return [id, row ? openBlockersOf(row) : []];
      });
      for (const [id, blockers] of found) blockedBy.set(id, blockers);
      wanted = unknownOf(found.map(([, blockers]) => blockers));
    }
    return new Map(
      starts.flatMap(({ id }) => {
        const circle = circleOf(id, blockedBy);
        if (!circle) return [];
        return [
          [id, circle.map((featureId) => ({ featureId, identifier: identifiers.get(featureId) ?? '' }))],
        ];
      }),
    );
  };
