import { ulid } from 'ulid';
import type { Features } from '../data/features.ts';
import type { History } from '../data/history.ts';
import type { Leases } from '../data/leases.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { AppError } from '../errors.ts';
import type { Look } from './look.ts';
import type { LookAtWorkspace } from './look-at-workspace.ts';

/** Longer than the function may run (55 s), and over by the tick after the next. */
const LEASE_MS = 60_000;
const RETRY_LEASE_MS = 100;

type Deps = {
  workspaces: Workspaces;
  features: Features;
  leases: Leases;
  history: History;
  look: Look;
  lookAtWorkspace: LookAtWorkspace;
  log: (message: string, fields: Record<string, unknown>) => void;
  sleep: (ms: number) => Promise<void>;
  now: Now;
};

/** What of a workspace is due: its own row, and features. */
export type Due = { itself: boolean; featureIds: readonly string[] };

/** Gives one workspace what it is due. One worker at a time. */
export const serveWorkspace = (deps: Deps) => {
  const { workspaces, features, leases, history, look, lookAtWorkspace, log, sleep, now } = deps;

  const lookAtFeatures = async (workspace: WorkspaceRow, ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const startedAt = new Date(now()).toISOString();
    const counts = await look(workspace, ids);
    if (!['written', 'refused', 'superseded', 'unavailable'].some((word) => counts[word])) return;
    await history.put({
      workspaceId: workspace.id,
      id: ulid(now()),
      kind: 'write_back',
      outcome: counts.unavailable ? 'failed' : 'done',
      startedAt,
      endedAt: new Date(now()).toISOString(),
      counts,
      errors: [],
    });
  };

  const park = async (ids: readonly string[]) => {
    for (const row of await features.getMany(ids)) await features.park(row);
  };

  const take = async (lease: string, holder: string, patienceMs: number): Promise<boolean> => {
    const giveUp = now() + patienceMs;
    for (;;) {
      if (await leases.take(lease, holder, LEASE_MS, now())) return true;
      if (now() >= giveUp) return false;
      await sleep(RETRY_LEASE_MS);
    }
  };

  /** What failed stays due. A failure we can name is Linear's weather; any other has to ring. */
  const attempt = async (workspaceId: string, duty: () => Promise<void>): Promise<void> => {
    await duty().catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      log('workspace not served', { workspaceId, reason: error.message, detail: error.detail });
    });
  };

  return async (workspaceId: string, due: Due, { patienceMs = 0 } = {}): Promise<void> => {
    const workspace = await workspaces.get(workspaceId);
    if (!workspace) return park(due.featureIds);
    if (Date.parse(workspace.pausedUntil ?? '1970') > now()) return;
    const lease = `work#${workspaceId}`;
    const holder = ulid();
    if (!(await take(lease, holder, patienceMs))) return;
    const serveFeatures = () =>
      workspace.connection === 'connected' ? lookAtFeatures(workspace, due.featureIds) : park(due.featureIds);
    const serveItself = async () => {
      if (due.itself) await lookAtFeatures(workspace, await lookAtWorkspace(workspace));
    };
    // Outcomes come first, but for a revocation: what else fails must not decide before its probe.
    const duties = workspace.revokedAt ? [serveItself, serveFeatures] : [serveFeatures, serveItself];
    try {
      for (const duty of duties) await attempt(workspaceId, duty);
    } finally {
      await leases.release(lease, holder);
    }
  };
};

export type ServeWorkspace = ReturnType<typeof serveWorkspace>;
