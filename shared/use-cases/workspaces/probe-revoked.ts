import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { LinearError } from '../../linear/errors.ts';
import type { WithLinear } from './with-linear.ts';

type Deps = { workspaces: Workspaces; history: History; linear: WithLinear; now: Now };

/**
 * Finds out whether the app was really revoked. Linear said so, but it may have meant an older connection, so the
 * token decides.
 */
export const probeRevoked =
  ({ workspaces, history, linear, now }: Deps) =>
  async (row: WorkspaceRow): Promise<'connected' | 'disconnected'> => {
    try {
      if (row.connection === 'connected') {
        await linear(row.id, (api) => api.viewer());
        await workspaces.clearRevoked(row);
        return 'connected';
      }
    } catch (error) {
      if (!(error instanceof LinearError) || error.failure.is !== 'unauthorized') throw error;
    }
    const why = 'The app was revoked in Linear.';
    if (await workspaces.disconnect(row.id, row, now())) {
      await history.note(row.id, 'disconnect', now(), { errors: [why] });
      if (row.sync) await history.giveUpSync(row.id, row.sync, why, now());
    }
    return 'disconnected';
  };

export type ProbeRevoked = ReturnType<typeof probeRevoked>;
