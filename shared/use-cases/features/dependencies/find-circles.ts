import type { FeatureRow, ListedFeature } from '../../../data/features/feature-row.ts';
import type { Features } from '../../../data/features/features.ts';
import { wayTo } from '../../../domain/features/circles.ts';
import { isOpenBlocker, type KnownBlocker } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';

/** How far circles are looked for: one read of rows for each step, and this many rows. */
const MOST_STEPS = 50;
const MOST_ROWS = 2_000;

type Known = { id: string; blockers?: readonly KnownBlocker[] | undefined; claimIn?: string | undefined };

const openBlockersOf = ({ blockers = [], claimIn }: Known): string[] =>
  claimIn === undefined
    ? []
    : blockers.filter(isOpenBlocker).map(({ linearIssueId }) => derivedId('feature', linearIssueId));

/** A circle of features that block each other: each is blocked by the next, and the last by the first. */
export type Circle = { featureId: string; identifier: string }[];

export type Circles = {
  /** The circle that a blocked feature is part of. */
  of: ReadonlyMap<string, Circle>;
  /** Other features that are in a circle although their rows say none, or say one that is over. */
  unaware: readonly string[];
};

/**
 * The circles that features are part of. Other features are as their rows show them; all that a new circle leads
 * through are walked over, and so is what a circle that is over led through, from the blockers that were `lost`.
 * Circles of more than 50 features are not found.
 */
export const findCircles =
  ({ features }: { features: Pick<Features, 'getMany'> }) =>
  async (
    workspaceId: string,
    followed: readonly ListedFeature[],
    lost: readonly string[],
  ): Promise<Circles> => {
    const blockedBy = new Map(followed.map((feature) => [feature.id, openBlockersOf(feature)]));
    const identifiers = new Map(followed.map(({ id, issue }) => [id, issue.identifier]));
    const unknownOf = (ids: readonly (readonly string[])[]) =>
      [...new Set(ids.flat())].filter((id) => !blockedBy.has(id));

    const others: FeatureRow[] = [];
    let wanted = unknownOf([...blockedBy.values(), lost]);
    for (let step = 0; step < MOST_STEPS && wanted.length > 0 && blockedBy.size < MOST_ROWS; step++) {
      const ours = (await features.getMany(wanted)).filter((row) => row.workspaceId === workspaceId);
      others.push(...ours);
      const rows = new Map(ours.map((row) => [row.id, row]));
      const found = wanted.map((id): [string, string[]] => {
        const row = rows.get(id);
        if (row?.issue) identifiers.set(id, row.issue.identifier);
        return [id, row ? openBlockersOf(row) : []];
      });
      for (const [id, blockers] of found) blockedBy.set(id, blockers);
      wanted = unknownOf(found.map(([, blockers]) => blockers));
    }
    const named = (featureId: string) => ({ featureId, identifier: identifiers.get(featureId) ?? '' });
    const isWrong = ({ id, cycle }: FeatureRow): boolean => {
      if (!cycle) return wayTo(id, id, blockedBy) !== undefined;
      return !cycle.every(({ featureId }, nth) =>
        blockedBy.get(featureId)?.includes(cycle[(nth + 1) % cycle.length]?.featureId ?? ''),
      );
    };
    return {
      unaware: others.filter(isWrong).map(({ id }) => id),
      of: new Map(
        followed.flatMap(({ id }): [string, Circle][] => {
          const circle = wayTo(id, id, blockedBy);
          return circle ? [[id, circle.map(named)]] : [];
        }),
      ),
    };
  };
