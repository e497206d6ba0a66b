const FIRST_MS = 60_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long to leave Linear alone after it failed to answer `times` in a row, in milliseconds: a minute, doubled up
 * to a quarter of an hour, and up to a quarter more, so that workspaces do not come back all at once.
 */
export const backOffMs = (times: number, random = Math.random()): number =>
  Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) * (1 + random / 4);
