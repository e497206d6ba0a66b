import { ulid } from 'ulid';
import type { Features } from '../../data/features/features.ts';
import type { History } from '../../data/workspaces/history.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { newSync, runAt, SYNC_ALIVE_MS } from '../../domain/mirror/sync.ts';
import { inParallel } from '../../in-parallel.ts';
import { LinearError } from '../../linear/errors.ts';
import type { Redispatch } from '../features/redispatch.ts';
import type { Reconcile } from '../mirror/reconcile.ts';
import { REVOKE_AGAIN_MS, type RevokeEnded, revocableAt } from '../workspaces/revoke-ended.ts';
import { REFRESH_AHEAD_MS, type Tokens } from '../workspaces/tokens.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';

/** How often all projects are listed, for those that came or went without an update. */
const LIST_EVERY_MS = 24 * 3_600_000;
/** Rows may still be parked by who saw the workspace disconnected, for as long as a function may run. */
const PARKING_MS = 2 * 60_000;
/** Rows one page of unparking reads and writes. */
const UNPARKED_A_PAGE = 500;
/** Rows that are looked at right after they were unparked; the schedule finds the others, which are due. */
const WOKEN = 250;

type Deps = {
  workspaces: Workspaces;
  features: Features;
  history: History;
  tokens: Tokens;
  linear: WithLinear;
  reconcile: Reconcile;
  redispatch: Redispatch;
  revokeEnded: RevokeEnded;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  log: (message: string, fields: Record<string, unknown>) => void;
  now: Now;
};

/** What a workspace's own row asks for. Times are epoch milliseconds. */
type Duty = {
  /** Names it in the log. */
  name: string;
  /** When it has to be done; `NEVER` while it does not. As long as this time has passed, the row stays due. */
  dueAt: (row: WorkspaceRow) => number;
  /** Begins nothing after `deadline`. What it leaves undone stays due, because `dueAt` still says so. */
  run: (row: WorkspaceRow, deadline: number) => Promise<void>;
  /** How long the next look waits when it is still due after it ran; default a second. */
  againAfterMs?: number;
};

const NEVER = Number.POSITIVE_INFINITY;

const listAt = ({ listedAt = '1970' }: WorkspaceRow): number => Date.parse(listedAt) + LIST_EVERY_MS;

/** Does what a workspace's own row asks for, one duty after another, then says when to look again. */
export const lookAtWorkspace = (deps: Deps) => {
  const { workspaces, features, history, tokens, linear, reconcile, redispatch, revokeEnded } = deps;
  const { startSync, log, now } = deps;

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

  /** Goes on page by page; the pages that were done are no longer parked, so the next look goes on after them. */
  const unpark = async (row: WorkspaceRow, deadline: number): Promise<string[]> => {
    const begun = now();
    const woken: string[] = [];
    let start: Awaited<ReturnType<Features['parked']>>['next'];
    do {
      if (now() >= deadline) return woken;
      const page: Awaited<ReturnType<Features['parked']>> = await features.parked(row.id, {
        limit: UNPARKED_A_PAGE,
        start,
      });
      const ids = page.items.map(({ id }) => String(id));
      await inParallel(ids, (id) => features.unpark(id, row.id, now()));
      woken.push(...ids.slice(0, WOKEN - woken.length));
      start = page.next;
    } while (start);
    await workspaces.unparked(row, begun);
    return woken;
  };

  /** What a workspace is due whether or not it is connected. */
  const always: readonly Duty[] = [
    {
      name: 'revoke',
      dueAt: ({ toRevoke }) => Math.min(NEVER, ...toRevoke.map(revocableAt)),
      run: async (row, deadline) => {
        await revokeEnded(row, deadline);
      },
      againAfterMs: REVOKE_AGAIN_MS,
    },
  ];

  /** In this order. Whatever is added here is bound by the deadline and counts for the next look. */
  const whileConnected = (woken: string[]): readonly Duty[] => [
    {
      name: 'redispatch',
      dueAt: ({ redispatchAt }) => (redispatchAt ? 0 : NEVER),
      run: redispatch,
    },
    {
      name: 'unpark',
      // Once at first, and once more when the last row can have been parked.
      dueAt: ({ connectedAt, unparkedAt = '1970' }) => {
        const lastParked = Date.parse(connectedAt) + PARKING_MS;
        if (Date.parse(unparkedAt) >= lastParked) return NEVER;
        return Date.parse(unparkedAt) < Date.parse(connectedAt) ? 0 : lastParked;
      },
      run: async (row, deadline) => {
        woken.push(...(await unpark(row, deadline)));
      },
    },
    {
      name: 'refresh',
      dueAt: ({ tokenExpiresAt = '9999', refreshUntil = '9999' }) =>
        // A refresh that was begun is sent again while Linear still answers it alike.
        Math.min(Date.parse(tokenExpiresAt) - REFRESH_AHEAD_MS, Date.parse(refreshUntil)),
      run: async (row, deadline) => {
        await tokens.token(row.id, { deadline });
      },
    },
    {
      name: 'sync',
      dueAt: (row) => (row.sync ? runAt(row.sync) : listAt(row)),
      // A sync runs by itself; what changes meanwhile is for the reconcile, once the sync has said from where on.
      run: async (row) => {
        if (!row.sync)
          await workspaces.askSync(row.id, newSync(ulid(now()), 'daily', { now: now() }), { now: now() });
        await startSync({ workspaceId: row.id });
      },
      againAfterMs: SYNC_ALIVE_MS,
    },
    {
      name: 'reconcile',
      dueAt: ({ issuesWatermark, reconcileAt = '1970' }) =>
        issuesWatermark ? Date.parse(reconcileAt) : NEVER,
      run: reconcile,
    },
  ];

  const nextLook = (row: WorkspaceRow, duties: readonly Duty[]): number =>
    Math.min(
      ...duties.map(({ dueAt, againAfterMs = 1000 }) => {
        const at = dueAt(row);
        return at <= now() ? now() + againAfterMs : Math.max(at, now() + 1000);
      }),
    );

  /**
   * Begins nothing after `deadline` (epoch ms). Answers some of the features that waited for a reconnect and are due
   * now.
   */
  return async (row: WorkspaceRow, deadline: number): Promise<string[]> => {
    if (row.revokedAt && (await probe(row)) === 'disconnected') return [];
    const woken: string[] = [];
    const duties = row.connection === 'connected' ? [...always, ...whileConnected(woken)] : always;
    for (const { name, dueAt, run } of duties) {
      if (now() >= deadline) break;
      if (dueAt(row) > now()) continue;
      await run(row, deadline).catch((error: unknown) => {
        log('duty not done', { workspaceId: row.id, duty: name });
        throw error;
      });
    }
    const current = await workspaces.get(row.id);
    if (current) {
      const next = nextLook(current, duties);
      await workspaces.lookAgain({ ...current, dueAt: row.dueAt }, next === NEVER ? undefined : next);
    }
    return woken;
  };
};

export type LookAtWorkspace = ReturnType<typeof lookAtWorkspace>;
