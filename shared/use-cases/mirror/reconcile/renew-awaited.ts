import type { Dependencies } from '../../../data/features/dependencies.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import { withAwaited } from '../../../domain/features/awaited.ts';

/** Below DynamoDB's own page limit of 1 MB. */
const PAGE = 5_000;

type Deps = { workspaces: Pick<Workspaces, 'saveAwaited'>; dependencies: Dependencies };

/**
 * Computes the filter of awaited issues anew, because issues are only ever added to it. Only a worker of the workspace
 * adds to it, so nothing is lost meanwhile.
 */
export const renewAwaited =
  ({ workspaces, dependencies }: Deps) =>
  async (row: WorkspaceRow): Promise<void> => {
    if (!row.awaited) return;
    const awaited = new Set<string>();
    let start: Awaited<ReturnType<Dependencies['ofWorkspace']>>['next'];
    do {
      const page = await dependencies.ofWorkspace(row.id, { limit: PAGE, start });
      for (const { blockerId } of page.items) awaited.add(blockerId);
      start = page.next;
    } while (start);
    await workspaces.saveAwaited(row, awaited.size > 0 ? withAwaited(undefined, awaited) : undefined);
  };

export type RenewAwaited = ReturnType<typeof renewAwaited>;
