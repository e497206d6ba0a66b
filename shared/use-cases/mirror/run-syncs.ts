import { ulid } from 'ulid';
import type { Projects } from '../../data/mirror/projects.ts';
import type { Leases } from '../../data/schedule/leases.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { SYNC_ALIVE_MS, wantsRun } from '../../domain/mirror/sync.ts';
import type { RunSync, SyncOf } from './run-sync.ts';

/** Longer than a page may take, and as long as it takes until a run that saves nothing counts as dead. */
const LEASE_MS = SYNC_ALIVE_MS;
const EXTEND_EVERY_MS = LEASE_MS / 4;

const leaseOf = (workspaceId: string): string => `sync#${workspaceId}`;

/**
 * Starts a sync. If another of the same workspace is running, its function is asked to run this one next. Like every
 * invocation this only saves time: the row is due anyway.
 */
export const startSync =
  ({ leases, invoke, now }: { leases: Leases; invoke: (of: SyncOf) => Promise<void>; now: Now }) =>
  async (of: SyncOf): Promise<void> => {
    const isAsked = await leases.ask(leaseOf(of.workspaceId), now()).catch(() => false);
    if (!isAsked) await invoke(of);
  };

type Deps = {
  workspaces: Workspaces;
  projects: Projects;
  leases: Leases;
  runSync: RunSync;
  /** Tells the operator that a sync failed. */
  logError: (of: SyncOf, error: unknown) => void;
  now: Now;
};

/**
 * Runs one sync and then the other due syncs of its workspace, one after another, so a workspace takes one invocation
 * however many it asks for. A second invocation tells the first that there is more to do, and leaves. A sync that fails
 * does not affect the others; its error is thrown at the end. The lease only saves requests: syncs rely on their rows.
 */
export const runSyncs = ({ workspaces, projects, leases, runSync, logError, now }: Deps) => {
  const dueNow = async (workspaceId: string): Promise<SyncOf[]> => {
    const [workspace, projectIds] = await Promise.all([
      workspaces.get(workspaceId),
      projects.dueOf(workspaceId, now()),
    ]);
    const own = workspace?.sync && wantsRun(workspace.sync, now()) ? [{ workspaceId }] : [];
    return [...own, ...projectIds.map((projectId) => ({ workspaceId, projectId }))];
  };

  return async (first: SyncOf, deadline: number): Promise<'busy' | 'done' | 'unfinished'> => {
    const { workspaceId } = first;
    const lease = leaseOf(workspaceId);
    const holder = ulid();
    const take = () => leases.take(lease, holder, LEASE_MS, now());
    // The holder may release it between the two attempts.
    if (!(await take()) && ((await leases.ask(lease, now())) || !(await take()))) return 'busy';

    let isHeld = true;
    let extendedAt = now();
    const isOurs = async (): Promise<boolean> => {
      if (isHeld && now() - extendedAt >= EXTEND_EVERY_MS) {
        extendedAt = now();
        isHeld = await leases.extend(lease, holder, LEASE_MS, extendedAt);
      }
      return isHeld;
    };

    const failures: unknown[] = [];
    const runAll = async (begin: readonly SyncOf[]): Promise<void> => {
      // What is still due after it ran, perhaps only by an index that lags behind, is not run again until asked for.
      const ran = new Set<string>();
      const keyOf = ({ projectId = workspaceId }: SyncOf) => projectId;
      for (let syncs = begin; syncs.length > 0; ) {
        for (const of of syncs) {
          if (now() >= deadline || !isHeld) return;
          const ended = await runSync(of, deadline, isOurs).catch((error: unknown) => {
            logError(of, error);
            failures.push(error);
          });
          // After a workspace's sync is done there may be another, which was asked for meanwhile.
          if (of.projectId || ended !== 'done') ran.add(keyOf(of));
        }
        syncs = (await dueNow(workspaceId)).filter((of) => !ran.has(keyOf(of)));
      }
    };

    try {
      await runAll([first]);
      while (isHeld && now() < deadline) {
        isHeld = (await leases.releaseUnlessAsked(lease, holder)) === 'asked';
        if (isHeld) await runAll(await dueNow(workspaceId));
      }
    } finally {
      if (isHeld) await leases.release(lease, holder);
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
    return now() < deadline ? 'done' : 'unfinished';
  };
};

export type RunSyncs = ReturnType<typeof runSyncs>;
