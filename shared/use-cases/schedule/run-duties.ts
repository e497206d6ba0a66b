import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import type { Redispatch } from '../features/redispatch.ts';
import type { Reconcile } from '../mirror/reconcile/reconcile.ts';
import type { ProbeRevoked } from '../workspaces/probe-revoked.ts';
import type { RevokeEnded } from '../workspaces/revoke-ended.ts';
import type { Tokens } from '../workspaces/tokens.ts';
import { type Duty, dutiesOf, NEVER } from './duties.ts';
import type { Unpark } from './unpark.ts';

/** A duty that is still due after it ran waits this long, unless it says otherwise. */
const AGAIN_MS = 1_000;

type Deps = {
  workspaces: Workspaces;
  tokens: Tokens;
  reconcile: Reconcile;
  redispatch: Redispatch;
  revokeEnded: RevokeEnded;
  probeRevoked: ProbeRevoked;
  unpark: Unpark;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  log: (message: string, fields: Record<string, unknown>) => void;
  now: Now;
};

/**
 * Does what a workspace's own row asks for, one duty after another, then stores when the next one is due. Begins
 * nothing after `deadline` (epoch ms). Answers the ids of some features that waited for a reconnect and are due now.
 */
export const runDuties = (deps: Deps) => {
  const { workspaces, probeRevoked, log, now } = deps;
  const duties = dutiesOf(deps);

  const nextDueAt = (row: WorkspaceRow, due: readonly Duty[]): number =>
    Math.min(
      ...due.map(({ dueAt, againAfterMs = AGAIN_MS }) => {
        const at = dueAt(row);
        return at <= now() ? now() + againAfterMs : Math.max(at, now() + AGAIN_MS);
      }),
    );

  return async (row: WorkspaceRow, deadline: number): Promise<string[]> => {
    if (row.revokedAt && (await probeRevoked(row)) === 'disconnected') return [];
    const its = duties.filter(({ isForAll }) => isForAll || row.connection === 'connected');
    const woken: string[] = [];
    for (const { name, dueAt, run } of its) {
      if (now() >= deadline) break;
      if (dueAt(row) > now()) continue;
      const ids = await run(row, deadline).catch((error: unknown) => {
        log('duty not done', { workspaceId: row.id, duty: name });
        throw error;
      });
      woken.push(...ids);
    }
    const current = await workspaces.get(row.id);
    if (current) {
      const next = nextDueAt(current, its);
      await workspaces.setDue({ ...current, dueAt: row.dueAt }, next === NEVER ? undefined : next);
    }
    return woken;
  };
};

export type RunDuties = ReturnType<typeof runDuties>;
