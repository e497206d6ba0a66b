import type { Context } from 'aws-lambda';
import type { InvocationTime } from '../../shared/runtime/invocation.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { DueWorkspace, Poll, ServeDue } from '../../shared/use-cases/schedule/poll.ts';
import type { ServeWorkspace } from '../../shared/use-cases/schedule/serve-workspace.ts';

type Clock = Pick<InvocationTime, 'begin'>;

/** The tick, invoked by the schedule: serves everything that is due. */
export const tick =
  ({ poll, begin }: { poll: Poll } & Clock) =>
  async (_event: unknown, context: Context): Promise<void> => {
    const due = await poll(begin(context));
    if (due > 0) logger.info('tick', { workspaces: due });
  };

/** A kick (process these features of this workspace now), or workspaces that the tick hands over. */
export type Work = { workspaceId: string; featureIds: string[] } | { workspaces: DueWorkspace[] };

/** Serves the features or workspaces of its event. The next tick finds whatever it leaves undone. */
export const work =
  ({ serve, serveDue, begin }: { serve: ServeWorkspace; serveDue: ServeDue } & Clock) =>
  async (event: Work, context: Context): Promise<void> => {
    const deadline = begin(context);
    if ('workspaces' in event) {
      await serveDue(event.workspaces, deadline);
      logger.info('work', { workspaces: event.workspaces.length });
      return;
    }
    const { workspaceId, featureIds } = event;
    const outcome = await serve(workspaceId, featureIds, { deadline, stay: true });
    logger.info('work', { workspaceId, features: featureIds.length, outcome });
  };
