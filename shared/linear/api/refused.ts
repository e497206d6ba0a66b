import { LinearError, type LinearFailure } from '../errors.ts';

type Refusal = Extract<LinearFailure, { is: 'refused' }>;

/** What `read` answers, or `otherwise` if Linear refuses it for good. Outages and rate limits are thrown. */
export const unlessRefused = async <T, U>(
  read: () => Promise<T>,
  otherwise: (refusal: Refusal) => U | Promise<U>,
): Promise<T | U> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof LinearError) || error.failure.is !== 'refused') throw error;
    return otherwise(error.failure);
  }
};
