import type { EstimateScale } from '../linear-state.ts';

/** The numbers of Linear's scales; the last two are on the extended scale only. T-shirt sizes are numbers, too. */
const scales: Record<Exclude<EstimateScale['type'], 'notUsed'>, readonly number[]> = {
  exponential: [1, 2, 4, 8, 16, 32, 64],
  fibonacci: [1, 2, 3, 5, 8, 13, 21],
  linear: [1, 2, 3, 4, 5, 6, 7],
  tShirt: [1, 2, 3, 5, 8, 13, 21],
};

/** The points that issues of a team may have, in ascending order. Empty if the team does not estimate. */
export const pointsOf = ({ type, allowZero, extended }: EstimateScale): readonly number[] => {
  if (type === 'notUsed') return [];
  const points = scales[type].slice(0, extended ? undefined : -2);
  return allowZero ? [0, ...points] : points;
};

/** The points next to a number that is not on the scale: one, or the two around it. */
export const nearestPoints = (points: readonly number[], wanted: number): readonly number[] =>
  [points.findLast((point) => point < wanted), points.find((point) => point > wanted)].filter(
    (point) => point !== undefined,
  );
