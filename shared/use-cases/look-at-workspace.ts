import { ulid } from 'ulid';
import type { Features } from '../data/features.ts';
import type { History } from '../data/history.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import { mayStart, newSync, SYNC_ALIVE_MS, wantsRun } from '../domain/sync.ts';
import { LinearError } from '../errors.ts';
import type { Reconcile } from './reconcile.ts';
import type { Redispatch } from './redispatch.ts';
import { REFRESH_AHEAD_MS, type Tokens } from './tokens.ts';
import type { WithLinear } from './with-linear.ts';

/** How often all projects are listed, for those that came or went without an update. */
const LIST_EVERY_MS = 24 * 3_600_000;
/** Rows may still be parked by who saw the workspace disconnected, for as long as a function may run. */
const PARKING_MS = 2 * 60_000;

type Deps = {
  workspaces: Workspaces;
  features: Features;
  history: History;
  tokens: Tokens;
  linear: WithLinear;
  reconcile: Reconcile;
  redispatch: Redispatch;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  now: Now;
};

/** Does what a workspace's own row asks for (unpark, probe, redispatch, refresh, sync, reconcile), then says when to look again. */
export const lookAtWorkspace = (deps: Deps) => {
  const { workspaces, features, history, tokens, linear, reconcile, redispatch, startSync, now } = deps;

  const age = (row: WorkspaceRow) => now() - Date.parse(row.connectedAt);

  /** Until a look has begun after the last of them can have been parked, however late that is. */
  const mayHoldParked = ({ connectedAt, unparkedAt = '1970' }: WorkspaceRow) =>
    Date.parse(unparkedAt) < Date.parse(connectedAt) + PARKING_MS;

  const unpark = async (row: WorkspaceRow): Promise<string[]> => {
    const woken: string[] = [];
    for (;;) {
      const page = await features.unpark(row.id, now());
      if (page.length === 0) return woken;
      woken.push(...page);
    }
  };

  /** Linear said that the app was revoked. It may speak of an older connection, so the token decides. */
  const probe = async (row: WorkspaceRow): Promise<'connected' | 'disconnected'> => {
    try {
      if (row.connection === 'connected') {
        await linear(row.id, (api) => api.viewer());
        await workspaces.clearRevoked(row);
        return 'connected';
      }
    } catch (error) {
      if (!(error instanceof LinearError) || error.failure.is !== 'unauthorized') throw error;
    }
    const why = 'The app was revoked in Linear.';
    if (await workspaces.disconnect(row.id, row, now())) {
      await history.note(row.id, 'disconnect', now(), { errors: [why] });
      if (row.sync) await history.giveUpSync(row.id, row.sync, why, now());
    }
    return 'disconnected';
  };

  const listAt = ({ listedAt = '1970' }: WorkspaceRow) => Date.parse(listedAt) + LIST_EVERY_MS;

  /** A sync runs by itself; what changes meanwhile is for the reconcile, once the sync has said from where on. */
  const bringUpToDate = async (row: WorkspaceRow): Promise<void> => {
    const isToList = !row.sync && listAt(row) <= now();
    if (isToList)
      await workspaces.askSync(row.id, newSync(ulid(now()), 'daily', { now: now() }), { now: now() });
    if (isToList || (row.sync && wantsRun(row.sync, now()))) await startSync({ workspaceId: row.id });
    if (reconcileAt(row) <= now()) await reconcile(row);
  };

  const reconcileAt = ({ issuesWatermark, reconcileAt: at = '1970' }: WorkspaceRow): number =>
    issuesWatermark ? Date.parse(at) : Number.POSITIVE_INFINITY;

  const syncAt = ({ sync, ...row }: WorkspaceRow): number => {
    if (!sync) return listAt(row);
    return mayStart(sync, now()) ? now() + SYNC_ALIVE_MS : Date.parse(sync.notBefore ?? '');
  };

  const nextLook = (row: WorkspaceRow): number => {
    const next = Math.min(
      reconcileAt(row),
      syncAt(row),
      Date.parse(row.tokenExpiresAt ?? '9999') - REFRESH_AHEAD_MS,
      // A refresh that was begun is sent again while Linear still answers it alike.
      Date.parse(row.refreshUntil ?? '9999'),
      age(row) < PARKING_MS ? Date.parse(row.connectedAt) + PARKING_MS : Number.POSITIVE_INFINITY,
    );
    return Math.max(next, now() + 1000);
  };

  /** Answers the features that waited for a reconnect and are due now. */
  return async (row: WorkspaceRow): Promise<string[]> => {
    if (row.revokedAt && (await probe(row)) === 'disconnected') return [];
    if (row.connection !== 'connected') {
      await workspaces.lookAgain(row, undefined);
      return [];
    }
    if (row.redispatchAt) await redispatch(row);
    const unparkedAt = mayHoldParked(row) ? now() : undefined;
    const woken = unparkedAt === undefined ? [] : await unpark(row);
    await tokens.token(row.id);
    await bringUpToDate(row);
    const current = await workspaces.get(row.id);
    if (current) await workspaces.lookAgain({ ...current, dueAt: row.dueAt }, nextLook(current), unparkedAt);
    return woken;
  };
};

export type LookAtWorkspace = ReturnType<typeof lookAtWorkspace>;
