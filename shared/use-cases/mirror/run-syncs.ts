import { ulid } from 'ulid';
import type { Projects } from '../../data/mirror/projects.ts';
import type { Leases } from '../../data/schedule/leases.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { SYNC_ALIVE_MS, wantsRun } from '../../domain/mirror/sync.ts';
import type { RunSync, SyncOf } from './run-sync.ts';

/** Longer than a page may take; over when a run that saved nothing for so long counts as dead. */
const LEASE_MS = SYNC_ALIVE_MS;
const EXTEND_EVERY_MS = LEASE_MS / 4;

const leaseOf = (workspaceId: string): string => `sync#${workspaceId}`;

/**
 * Starts a sync, unless one of the same workspace is running: that one is asked to run this one after it. A hint only,
 * as every invocation is: the row is due.
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
  /** Tells the operator of a sync that broke. */
  logError: (of: SyncOf, error: unknown) => void;
  now: Now;
};

/**
 * Runs one sync, and then whatever other syncs its workspace is due, one after another: a workspace takes one
 * invocation, however many it asks for. Whoever finds another at work tells it so and leaves. One that breaks costs
 * the others nothing; what broke is thrown at the end. The lease only saves requests: syncs rest on their rows.
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
    // Who holds it may let go between our two questions.
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
      // What stays due, or is so by an index that lags behind, is not run again before somebody asks.
      const ran = new Set<string>();
      const keyOf = ({ projectId = workspaceId }: SyncOf) => projectId;
      for (let syncs = begin; syncs.length > 0; ) {
        for (const of of syncs) {
          if (now() >= deadline || !isHeld) return;
          const ended = await runSync(of, deadline, isOurs).catch((error: unknown) => {
            logError(of, error);
            failures.push(error);
          });
          // Behind a workspace's sync that is done there may be another, which was asked for meanwhile.
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
