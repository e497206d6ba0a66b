import type { Features } from '../data/features.ts';
import type { Projects } from '../data/projects.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { inParallel } from './in-parallel.ts';
import type { SyncOf } from './run-sync.ts';
import type { ServeWorkspace } from './serve-workspace.ts';

const WORKSPACES_AT_ONCE = 4;
/** Features one workspace gets in one round, so that none hides the others. */
const FEATURES_A_ROUND = 250;

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  features: Features;
  serve: ServeWorkspace;
  startSync: (of: SyncOf) => Promise<void>;
  now: Now;
};

/**
 * One tick of the schedule: whatever is due, workspace by workspace. An idle one costs a query for each due
 * index and shard. What `deadline` (epoch ms) leaves undone stays due. Answers how many workspaces it served.
 */
export const poll =
  ({ workspaces, projects, features, serve, startSync, now }: Deps) =>
  async (deadline: number): Promise<number> => {
    const [dueWorkspaces, dueProjects, dueFeatures] = await Promise.all([
      workspaces.due(now()),
      projects.due(now()),
      features.due(now()),
    ]);
    // Imports that were asked for, or whose run died. Each looks after itself from here on.
    await inParallel(dueProjects, WORKSPACES_AT_ONCE, ({ id, workspaceId }) =>
      startSync({ workspaceId, projectId: id }),
    );
    const due = new Map<string, { itself: boolean; featureIds: string[] }>();
    const of = (workspaceId: string) => {
      const entry = due.get(workspaceId) ?? { itself: false, featureIds: [] };
      due.set(workspaceId, entry);
      return entry;
    };
    for (const id of dueWorkspaces) of(id).itself = true;
    for (const { id, workspaceId } of dueFeatures) of(workspaceId).featureIds.push(id);

    let failure: unknown;
    const serveSafely = async ([id, { itself, featureIds }]: [
      string,
      { itself: boolean; featureIds: string[] },
    ]) => {
      if (now() > deadline) return;
      // One workspace that breaks must not cost the others their turn; it rings all the same.
      await serve(id, { itself, featureIds: featureIds.slice(0, FEATURES_A_ROUND) }).catch(
        (error: unknown) => {
          failure = error;
        },
      );
    };
    await inParallel([...due], WORKSPACES_AT_ONCE, serveSafely);
    if (failure) throw failure;
    return due.size;
  };

export type Poll = ReturnType<typeof poll>;
