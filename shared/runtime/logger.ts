import { Logger } from '@aws-lambda-powertools/logger';

/**
 * Of an error its own words and where it came up. What else hangs on it is whatever a library put there: the row that
 * refused a write, the input that could not be read.
 */
const withoutAttributes = (_key: string, value: unknown): unknown => {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, cause };
};

/** One line for each unit of work, with its `outcome`. Never a body, a header set, the environment or a token. */
export const logger = new Logger({ jsonReplacerFn: withoutAttributes });
