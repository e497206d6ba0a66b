import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Sessions } from '../../../data/planning/sessions.ts';
import type { Now } from '../../../domain/clock.ts';
import type { DueSessions } from '../reading/start-due-sessions.ts';
import { hasEnded } from './has-ended.ts';

type Deps = { sessions: Sessions; startReading: (of: DueSessions) => Promise<void>; now: Now };

/** Has the page of a session read again, now. Throws `conflict` if the session has ended. */
export const askReading =
  ({ sessions, startReading, now }: Deps) =>
  async ({ id, workspaceId }: SessionRow): Promise<void> => {
    const isAsked = await sessions.askReading({ id, workspaceId }, now());
    if (!isAsked) throw hasEnded();
    await startReading({ workspaceId, sessionIds: [id] });
  };

export type AskReading = ReturnType<typeof askReading>;
