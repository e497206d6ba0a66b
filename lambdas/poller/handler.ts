import type { Context } from 'aws-lambda';
import { logger } from '../../shared/runtime/logger.ts';
import type { Poll } from '../../shared/use-cases/poll.ts';
import type { ServeWorkspace } from '../../shared/use-cases/serve-workspace.ts';

/** No workspace is begun with less than this left: one may take a few calls of ten seconds. */
const RESERVE_MS = 20_000;
/** How long a kick waits for whoever works on the workspace already. */
const PATIENCE_MS = 5_000;

/** The schedule's tick: everything that is due. */
export const tick =
  ({ poll, now }: { poll: Poll; now: () => number }) =>
  async (_event: unknown, context: Context): Promise<void> => {
    const served = await poll(now() + context.getRemainingTimeInMillis() - RESERVE_MS);
    if (served > 0) logger.info('tick', { workspaces: served });
  };

/** A kick: these features of this workspace, now. What it misses, the next tick finds. */
export const work =
  ({ serve }: { serve: ServeWorkspace }) =>
  async ({ workspaceId, featureIds }: { workspaceId: string; featureIds: string[] }): Promise<void> => {
    await serve(workspaceId, { itself: false, featureIds }, { patienceMs: PATIENCE_MS });
    logger.info('work', { workspaceId, features: featureIds.length });
  };
