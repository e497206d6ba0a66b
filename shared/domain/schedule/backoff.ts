const FIRST_MS = 60_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long to back off after Linear failed to answer `times` times in a row, in milliseconds: a minute, doubled each
 * time up to 15 minutes, plus up to 25 % jitter, so that workspaces do not all return at once.
 */
export const backOffMs = (times: number, random = Math.random()): number =>
  Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) * (1 + random / 4);
