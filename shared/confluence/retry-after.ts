const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const JITTER_MS = 5_000;

/** A time (epoch ms) from a header: seconds from now, epoch seconds or milliseconds, or a date. */
const timeOf = (value: string | null, now: number): number | undefined => {
  if (!value) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) return Date.parse(value) || undefined;
  if (number > 1e12) return number;
  return number > 1e9 ? number * 1_000 : now + number * 1_000;
};

/**
 * Until when (epoch ms) Confluence wants no requests: `Retry-After`, else `X-RateLimit-Reset`, at most an hour; a
 * minute if neither names a time to come.
 */
export const pauseUntil = (headers: Headers, now: number, random = Math.random()): number => {
  const named = [headers.get('retry-after'), headers.get('x-ratelimit-reset')]
    .map((value) => timeOf(value, now))
    .find((time) => time !== undefined && time >= now);
  return Math.min(named ?? now + MINUTE_MS, now + HOUR_MS) + random * JITTER_MS;
};
