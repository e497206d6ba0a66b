import { batched } from '../../batched.ts';
import type { Features } from '../../data/features/features.ts';
import type { Projects } from '../../data/mirror/projects.ts';
import type { Page } from '../../data/table.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { isPaused } from '../../domain/workspaces/pause.ts';
import { inParallel } from '../../in-parallel.ts';
import type { SyncOf } from '../mirror/run-sync.ts';
import type { ServeWorkspace } from './serve-workspace.ts';

const WORKSPACES_AT_ONCE = 4;
/** Features of one workspace that a round processes, so that no workspace hides the others. */
const FEATURES_A_ROUND = 250;
/** Workspaces that one invocation serves. Their first rounds fit its time with room to spare. */
const WORKSPACES = 16;
const HANDOVERS_AT_ONCE = 8;
/** Due workspaces that are enough for one tick. */
const ENOUGH_WORKSPACES = 1_000;
/** Pages of due workspaces that a tick reads at most to get past those that are paused. */
const WORKSPACE_PAGES = 10;

/**
 * A due workspace and its due features. A handover carries one round of features. The rest stays due for the next
 * tick.
 */
export type DueWorkspace = { workspaceId: string; featureIds: string[] };

type ServeDueDeps = {
  serve: ServeWorkspace;
  /** Tells the operator that serving a workspace failed. */
  logError: (workspaceId: string, error: unknown) => void;
  now: Now;
};

/**
 * Serves workspaces in rounds until nothing is due or `deadline` (epoch ms) has come; what is left stays due. A
 * workspace that fails does not affect the others: each error is logged with its workspace, and all of them are thrown
 * together at the end.
 */
export const serveDue =
  ({ serve, logError, now }: ServeDueDeps) =>
  async (due: readonly DueWorkspace[], deadline: number): Promise<void> => {
    const waiting = [...due];
    const failures = new Map<string, unknown>();
    const work = async () => {
      for (let next = waiting.shift(); next && now() < deadline; next = waiting.shift()) {
        const { workspaceId, featureIds } = next;
        const round = featureIds.slice(0, FEATURES_A_ROUND);
        const served = await serve(workspaceId, round, { deadline }).catch((error: unknown) => {
          logError(workspaceId, error);
          failures.set(workspaceId, error);
        });
        const rest = featureIds.slice(FEATURES_A_ROUND);
        if (served === 'served' && rest.length > 0) waiting.push({ workspaceId, featureIds: rest });
      }
    };
    await Promise.all(Array.from({ length: WORKSPACES_AT_ONCE }, work));
    throwAll(failures);
  };

/** Throws one error that names the workspaces that failed and holds the error of each. */
const throwAll = (failures: ReadonlyMap<string, unknown>): void => {
  if (failures.size === 0) return;
  const each = [...failures].map(([id, error]) => `workspace ${id}: ${String(error)}`);
  throw new AggregateError(failures.values(), each.join('; '));
};

export type ServeDue = ReturnType<typeof serveDue>;

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  features: Features;
  serveDue: ServeDue;
  startSync: (of: SyncOf) => Promise<void>;
  /** Hands workspaces over to another invocation. */
  handOver: (due: { workspaces: DueWorkspace[] }) => Promise<void>;
  now: Now;
};

/**
 * One tick of the schedule: serves whatever is due, workspace by workspace. An idle tick costs one query for each due
 * index and shard. What is not done by `deadline` (epoch ms) stays due. Answers how many workspaces were due.
 */
export const poll = ({ workspaces, projects, features, serveDue, startSync, handOver, now }: Deps) => {
  /** The paused among workspaces, with one read for a hundred of them. */
  const pausedAmong = async (workspaceIds: Iterable<string>): Promise<Set<string>> => {
    const rows = await workspaces.getMany([...new Set(workspaceIds)]);
    return new Set(rows.filter((row) => isPaused(row, now())).map(({ id }) => id));
  };

  /** Due workspaces, oldest first. Paused ones stay due, so it reads past them until it has enough others. */
  const dueWorkspaces = async (): Promise<{ ready: string[]; paused: Set<string> }> => {
    const ready: string[] = [];
    const paused = new Set<string>();
    let start: Page<string>['next'];
    for (let page = 0; page < WORKSPACE_PAGES && ready.length < ENOUGH_WORKSPACES; page++) {
      const { items, next } = await workspaces.due(now(), { start });
      for (const id of await pausedAmong(items)) paused.add(id);
      ready.push(...items.filter((id) => !paused.has(id)));
      start = next;
      if (!start) break;
    }
    return { ready, paused };
  };

  return async (deadline: number): Promise<number> => {
    const [{ ready, paused }, dueProjects, dueFeatures] = await Promise.all([
      dueWorkspaces(),
      projects.due(now()),
      features.due(now()),
    ]);
    const isKnown = new Set([...ready, ...paused]);
    const workspaceIds = [...dueProjects, ...dueFeatures].map(({ workspaceId }) => workspaceId);
    for (const id of await pausedAmong(workspaceIds.filter((each) => !isKnown.has(each)))) paused.add(id);
    // Due imports: one of each workspace is started, and its function continues with the others.
    const imports = new Map(
      dueProjects.toReversed().map(({ id, workspaceId }) => [workspaceId, { workspaceId, projectId: id }]),
    );
    await inParallel(
      [...imports.values()].filter(({ workspaceId }) => !paused.has(workspaceId)),
      startSync,
      HANDOVERS_AT_ONCE,
    );
    const due = new Map<string, DueWorkspace>();
    const of = (workspaceId: string) => {
      const entry = due.get(workspaceId) ?? { workspaceId, featureIds: [] };
      due.set(workspaceId, entry);
      return entry;
    };
    for (const id of ready) of(id);
    for (const { id, workspaceId } of dueFeatures) of(workspaceId).featureIds.push(id);

    const turn = [...due.values()].filter(({ workspaceId }) => !paused.has(workspaceId));
    const [mine = [], ...others] = batched(turn, { size: WORKSPACES });
    const handovers = others.map((group) =>
      group.map((each) => ({ ...each, featureIds: each.featureIds.slice(0, FEATURES_A_ROUND) })),
    );
    await inParallel(handovers, (group) => handOver({ workspaces: group }), HANDOVERS_AT_ONCE);
    await serveDue(mine, deadline);
    return turn.length;
  };
};

export type Poll = ReturnType<typeof poll>;
