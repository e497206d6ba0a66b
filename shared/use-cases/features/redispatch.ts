import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { claimPartition, priorities } from '../../domain/features/feature.ts';
import { inParallel } from '../../in-parallel.ts';

const PAGE = 1_000;
/** No lease ends later than this. A feature that a run holds is in the index at the end of its lease. */
const ANY_LEASE_MS = 10 * 365 * 24 * 3_600_000;

type Deps = {
  workspaces: Workspaces;
  projects: Pick<Projects, 'listByWorkspace'>;
  features: Features;
  now: Now;
};

/**
 * After `dispatch` was changed to `push`, ends the claimability of features and makes them due, so that they are
 * announced. Features that a run holds become due too, so that their leases are handled. After a change to `pull`
 * there is nothing to do, because announced features become due when their time is over. A recalled feature is no
 * longer in the index, and one that is already due is not written again, so the next run continues where this one
 * ends.
 */
export const redispatch =
  ({ workspaces, projects, features, now }: Deps) =>
  /** Begins no page after `deadline` (epoch ms). */
  async (workspace: WorkspaceRow, deadline: number): Promise<void> => {
    const recallAll = async (claimIn: string) => {
      let start: Awaited<ReturnType<Features['claimable']>>['next'];
      do {
        if (now() >= deadline) return;
        const page: Awaited<ReturnType<Features['claimable']>> = await features.claimable(claimIn, {
          now: now() + ANY_LEASE_MS,
          limit: PAGE,
          start,
        });
        await inParallel(page.items, (row) => features.recall(row, now()));
        start = page.next;
      } while (start);
    };

    if (workspace.settings.dispatch === 'push') {
      let start: Awaited<ReturnType<Projects['listByWorkspace']>>['next'];
      do {
        const page: Awaited<ReturnType<Projects['listByWorkspace']>> = await projects.listByWorkspace(
          workspace.id,
          { limit: PAGE, start },
        );
        for (const { id } of page.items)
          for (const priority of priorities) await recallAll(claimPartition(id, priority));
        start = page.next;
      } while (start && now() < deadline);
    }
    // If time ran out, the next run recalls the rest.
    if (now() < deadline) await workspaces.redispatched(workspace);
  };

export type Redispatch = ReturnType<typeof redispatch>;
