import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';
import type { RevokeEnded } from './revoke-ended.ts';

/** An attempt fails only if a refresh began or ended at the same moment. */
const MOST_ATTEMPTS = 5;
/** The caller waits, and a revocation takes up to half a minute, so no further one is begun after this. */
const REVOKE_WITHIN_MS = 5_000;

type Deps = { workspaces: Workspaces; history: History; revokeEnded: RevokeEnded; now: Now };

/**
 * Ends a connection and revokes it at Linear. The mirror stays, and what the workspace owes waits until it is connected
 * again. It ends even if Linear is down: the poller revokes later what could not be revoked at once.
 */
export const disconnect =
  ({ workspaces, history, revokeEnded, now }: Deps) =>
  async ({ id }: WorkspaceRow): Promise<void> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const row = await workspaces.get(id);
      if (!row || row.connection === 'disconnected') return;
      if (!(await workspaces.endConnection(row, now()))) continue;
      const ended = await workspaces.get(id);
      const isLeft = ended && (await revokeEnded(ended, now() + REVOKE_WITHIN_MS)) > 0;
      await history.note(id, 'disconnect', now(), {
        errors: isLeft ? ['Linear has not revoked the grant yet. The revocation is retried.'] : [],
      });
      if (row.sync) await history.giveUpSync(id, row.sync, 'The workspace was disconnected.', now());
      return;
    }
    throw new AppError('conflict', 'The token of this workspace is being refreshed. Try again in a minute.');
  };

export type Disconnect = ReturnType<typeof disconnect>;
