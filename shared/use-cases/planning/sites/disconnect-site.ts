import type { Sites } from '../../../data/planning/sites.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import { AppError } from '../../../errors.ts';

type Deps = { sites: Sites };

/**
 * Forgets the Confluence site of a workspace and its credential. The credential itself stays valid until it is revoked
 * at Atlassian, which offers no request for that.
 */
export const disconnectSite =
  ({ sites }: Deps) =>
  async ({ id }: WorkspaceRow): Promise<void> => {
    const site = await sites.get(id);
    if (!site || (await sites.forget(site))) return;
    if (await sites.get(id))
      throw new AppError(
        'conflict',
        'Somebody else connected another site at the same time. Look at it first.',
      );
  };

export type DisconnectSite = ReturnType<typeof disconnectSite>;
