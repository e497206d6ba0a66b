/** No pause is longer. One that is was left by a clock that jumped, and does not count. */
const LONGEST_PAUSE_MS = 2 * 3_600_000;

/**
 * Whether a workspace makes no requests for now, because Linear limits their rate or does not answer. `pausedUntil` is
 * ISO, `now` epoch milliseconds.
 */
export const isPaused = ({ pausedUntil }: { pausedUntil?: string | undefined }, now: number): boolean => {
  const leftMs = pausedUntil === undefined ? 0 : Date.parse(pausedUntil) - now;
  return leftMs > 0 && leftMs <= LONGEST_PAUSE_MS;
};
