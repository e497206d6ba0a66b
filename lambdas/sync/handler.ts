import type { Context } from 'aws-lambda';
import { logger } from '../../shared/runtime/logger.ts';
import type { RunSync, SyncOf } from '../../shared/use-cases/run-sync.ts';

/** Left for the last page to be written and for the answer. */
const RESERVE_MS = 30_000;

/** Invoked without anybody waiting; what is left when the time is up goes on at the next tick. */
export const sync =
  ({ run, now }: { run: RunSync; now: () => number }) =>
  async (of: SyncOf, context: Context): Promise<void> => {
    const outcome = await run(of, now() + context.getRemainingTimeInMillis() - RESERVE_MS);
    logger.info('sync', { ...of, outcome });
  };
