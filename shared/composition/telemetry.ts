import { logger } from '../runtime/logger.ts';
import { count } from '../runtime/metrics.ts';

type Line = (message: string, fields: Record<string, unknown>) => void;

/** What operators see of a function: lines in the log, and metrics that alarms watch. */
export type Telemetry = { warn: Line; error: Line; count: (metric: string, value?: number) => void };

export const telemetry: Telemetry = {
  warn: (message, fields) => logger.warn(message, fields),
  error: (message, fields) => logger.error(message, fields),
  count,
};
