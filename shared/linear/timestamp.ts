import * as z from 'zod/mini';
import { CLOCK_SKEW_MS } from '../domain/version.ts';

const isKept = (written: string): boolean => {
  const at = Date.parse(written);
  return at >= 0 && at < Date.UTC(10_000, 0);
};

/** A time between 1970 and 9999, in the one form in which comparing texts compares times. */
export const Timestamp = z.pipe(
  z.iso.datetime({ offset: true }).check(z.refine(isKept, 'The time has to lie between 1970 and 9999.')),
  z.transform((written: string) => new Date(written).toISOString()),
);

/**
 * A time of Linear's as it may order events: one that lies after the moment it was seen, by more than two clocks
 * differ, counts as that moment. Otherwise nothing later would count as newer.
 */
export const notAfter = (at: string, seenAt: string): string =>
  Date.parse(at) > Date.parse(seenAt) + CLOCK_SKEW_MS ? seenAt : at;
