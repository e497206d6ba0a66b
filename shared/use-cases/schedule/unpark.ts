import type { Features } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { inParallel } from '../../in-parallel.ts';

/** Rows one page reads and writes. */
const PAGE = 500;
/** Features that are processed right after they were unparked; the schedule finds the others, which are due. */
const MOST_WOKEN = 250;

type Deps = { workspaces: Workspaces; features: Features; now: Now };

/**
 * Makes the features due that waited for their workspace to be connected again, page by page. Answers the ids of
 * some of them. What is left at `deadline` (epoch ms) is still parked, and the next run continues there.
 */
export const unpark =
  ({ workspaces, features, now }: Deps) =>
  async (row: WorkspaceRow, deadline: number): Promise<string[]> => {
    const begun = now();
    const woken: string[] = [];
    let start: Awaited<ReturnType<Features['parked']>>['next'];
    do {
      if (now() >= deadline) return woken;
      const page: Awaited<ReturnType<Features['parked']>> = await features.parked(row.id, {
        limit: PAGE,
        start,
      });
      const ids = page.items.map(({ id }) => String(id));
      await inParallel(ids, (id) => features.unpark(id, row.id, now()));
      woken.push(...ids.slice(0, MOST_WOKEN - woken.length));
      start = page.next;
    } while (start);
    await workspaces.unparked(row, begun);
    return woken;
  };

export type Unpark = ReturnType<typeof unpark>;
