import { HOUR_MS, MINUTE_MS } from '../../stand-in/clock.ts';

const DURATION =
  /^(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const UNITS_MS = [
  365 * 24 * HOUR_MS,
  30 * 24 * HOUR_MS,
  7 * 24 * HOUR_MS,
  24 * HOUR_MS,
  HOUR_MS,
  MINUTE_MS,
  1000,
];

export const isDuration = (value: unknown): value is string =>
  typeof value === 'string' && DURATION.test(value) && /\d/.test(value);

export const isDateTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));

/** A day without a time. It has to exist: the 30th of February is none. */
export const isTimelessDate = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true;

/** The time in epoch milliseconds of a filter's date, or of an ISO 8601 duration from now ("-P1D"). */
export const momentOf = (value: string, nowMs: number): number => {
  const [, sign, ...amounts] = DURATION.exec(value) ?? [];
  if (amounts.length === 0) return Date.parse(value);
  const lengthMs = amounts.reduce(
    (sum, amount, unit) => sum + Number(amount ?? 0) * (UNITS_MS[unit] ?? 0),
    0,
  );
  return nowMs + (sign ? -lengthMs : lengthMs);
};
