import { invalidArgument } from '../graphql/errors.ts';
import type { EstimationType, Team } from '../store/model.ts';
import type { Transaction } from './transaction.ts';

/** The points of each scale, as Linear's documentation of estimates lists them. T-shirt sizes are Fibonacci numbers. */
const scales: Record<EstimationType, { regular: number[]; extended: number[] }> = {
  notUsed: { regular: [], extended: [] },
  exponential: { regular: [1, 2, 4, 8, 16], extended: [32, 64] },
  fibonacci: { regular: [1, 2, 3, 5, 8], extended: [13, 21] },
  linear: { regular: [1, 2, 3, 4, 5], extended: [6, 7] },
  tShirt: { regular: [1, 2, 3, 5, 8], extended: [13, 21] },
};

export const isEstimationType = (type: string): type is EstimationType => Object.hasOwn(scales, type);
export const estimationTypes = Object.keys(scales);

type Scale = Pick<Team, 'issueEstimationType' | 'issueEstimationAllowZero' | 'issueEstimationExtended'>;

/** The estimates that a team's issues can have; none if the team does not estimate. */
const scaleOf = (team: Scale): number[] => {
  // A journal of an older version has teams without a scale.
  const { regular, extended } = scales[team.issueEstimationType ?? 'notUsed'];
  if (regular.length === 0) return [];
  return [
    ...(team.issueEstimationAllowZero ? [0] : []),
    ...regular,
    ...(team.issueEstimationExtended ? extended : []),
  ];
};

export const requireEstimate = (
  { context }: Transaction,
  team: Team,
  estimate: number | null | undefined,
): void => {
  if (estimate === null || estimate === undefined) return;
  if (estimate < 0) throw invalidArgument('estimate', 'estimate must not be less than 0');
  if (context.switches.values.estimateOffScale === 'kept' || scaleOf(team).includes(estimate)) return;
  const scale = scaleOf(team).join(', ') || 'none, because the team does not use estimates';
  throw invalidArgument('estimate', `estimate must be one of the team's estimates: ${scale}`);
};
