import type { Context } from 'aws-lambda';
import type { InvocationTime } from '../../shared/runtime/invocation.ts';
import type { ServeSessions } from '../../shared/use-cases/planning/reading/serve-sessions.ts';
import type { DueSessions } from '../../shared/use-cases/planning/reading/start-due-sessions.ts';

/** Reads the pages of the sessions of its event. The next tick finds whatever it leaves undone. */
export const planning =
  ({ serve, begin }: { serve: ServeSessions } & Pick<InvocationTime, 'begin'>) =>
  async (event: DueSessions, context: Context): Promise<void> =>
    serve(event, begin(context));
