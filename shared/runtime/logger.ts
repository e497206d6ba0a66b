import { Logger } from '@aws-lambda-powertools/logger';

/** One line for each unit of work, with its `outcome`. Never a body, a header set, the environment or a token. */
export const logger = new Logger();
