import * as z from 'zod/mini';
import { CLOCK_SKEW_MS } from '../domain/version.ts';

const isKept = (written: string): boolean => {
  const at = Date.parse(written);
  return at >= 0 && at < Date.UTC(10_000, 0);
};

/** A time between 1970 and 9999, in the one format whose alphabetical order is the order of time. */
export const Timestamp = z.pipe(
  z.iso.datetime({ offset: true }).check(z.refine(isKept, 'The time has to lie between 1970 and 9999.')),
  z.transform((written: string) => new Date(written).toISOString()),
);

/**
 * A time of Linear's, for ordering events. One that is later than `seenAt` by more than the clock skew is replaced by
 * `seenAt`, because otherwise every later change would look older.
 */
export const notAfter = (at: string, seenAt: string): string =>
  Date.parse(at) > Date.parse(seenAt) + CLOCK_SKEW_MS ? seenAt : at;
