import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { claimPartition, priorities } from '../../domain/features/feature.ts';
import { inParallel } from '../../in-parallel.ts';

const PAGE = 1_000;
/** No lease ends later. What a run holds lies in the index at the end of its lease. */
const ANY_LEASE_MS = 10 * 365 * 24 * 3_600_000;

type Deps = {
  workspaces: Workspaces;
  projects: Pick<Projects, 'listByWorkspace'>;
  features: Features;
  now: Now;
};

/**
 * After `dispatch` was changed to `push`: what could be claimed no longer can and is due, so that a look announces
 * it; what a run holds is due as well, so that a look comes when its lease has run out. The other way nothing is to
 * do: what was announced is due by itself when its time is over. What is taken back leaves the index, and what is
 * due already costs no write again, so a run that was cut short is gone on with by the next.
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
    // What is left is recalled by the next look.
    if (now() < deadline) await workspaces.redispatched(workspace);
  };

export type Redispatch = ReturnType<typeof redispatch>;
