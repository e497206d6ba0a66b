import type { Sites } from '../../../data/planning/sites.ts';
import type { History } from '../../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { AppError } from '../../../errors.ts';

type Deps = { sites: Sites; history: Pick<History, 'note'>; now: Now };

/**
 * Forgets the Confluence site of a workspace and its credential. The credential itself stays valid until it is revoked
 * at Atlassian, which offers no request for that.
 */
export const disconnectSite =
  ({ sites, history, now }: Deps) =>
  async ({ id }: WorkspaceRow, by: string): Promise<void> => {
    const site = await sites.get(id);
    if (!site) return;
    if (await sites.forget(site)) return history.note(id, 'site_disconnected', now(), { by });
    if (await sites.get(id))
      throw new AppError(
        'conflict',
        'Somebody else connected another site at the same time. Look at it first.',
      );
  };

export type DisconnectSite = ReturnType<typeof disconnectSite>;
