/** More than this many features that wait for one make no difference. */
export const MOST_WAITING = 1_000;

/**
 * The place of a ready feature among those that can be claimed, of one project and priority, as a sort key: those that
 * most others wait for come first, then those that have been ready longest. `at` (epoch ms) is since when it is ready.
 * Without others that wait it is the time alone, as it is for the end of a lease.
 */
export const claimPlace = (waiting: number, at: number): string => {
  const since = new Date(at).toISOString();
  if (waiting === 0) return since;
  // The sign sorts before every digit, and thus before every time.
  return `#${String(MOST_WAITING - Math.min(waiting, MOST_WAITING)).padStart(4, '0')}#${since}`;
};

/** From when (epoch ms) a feature with this place can be claimed. */
export const claimableFrom = (claimAt: string): number =>
  Date.parse(claimAt.slice(claimAt.lastIndexOf('#') + 1));

/** How many others wait for it, by its place; at most `MOST_WAITING`. */
export const waitingBy = (claimAt: string): number =>
  claimAt.startsWith('#') ? MOST_WAITING - Number(claimAt.slice(1, 5)) : 0;
