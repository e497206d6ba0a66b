import type { Context } from 'aws-lambda';
import type { InvocationTime } from '../../shared/runtime/invocation.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { SyncOf } from '../../shared/use-cases/mirror/run-sync.ts';
import type { RunSyncs } from '../../shared/use-cases/mirror/run-syncs.ts';

/** Invoked asynchronously. The next tick continues what is left when the time is up. */
export const sync =
  ({ run, begin }: { run: RunSyncs } & Pick<InvocationTime, 'begin'>) =>
  async (of: SyncOf, context: Context): Promise<void> => {
    const outcome = await run(of, begin(context));
    logger.info('sync', { ...of, outcome });
  };
