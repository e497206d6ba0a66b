import { Logger } from '@aws-lambda-powertools/logger';

/**
 * Keeps only the name, message, stack and cause of an error. Its other properties come from libraries, and may hold the
 * row that refused a write or the input that could not be parsed.
 */
const withoutAttributes = (_key: string, value: unknown): unknown => {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
};

/** Writes one line for each unit of work, with its `outcome`. Never log a body, headers, the environment or a token. */
export const logger = new Logger({ jsonReplacerFn: withoutAttributes });
