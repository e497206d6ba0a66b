import { ulid } from 'ulid';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { newSync, runAt, SYNC_ALIVE_MS } from '../../domain/mirror/sync.ts';
import type { Redispatch } from '../features/redispatch.ts';
import type { Reconcile } from '../mirror/reconcile/reconcile.ts';
import { REVOKE_AGAIN_MS, type RevokeEnded, revocableAt } from '../workspaces/revoke-ended.ts';
import { REFRESH_AHEAD_MS, type Tokens } from '../workspaces/tokens.ts';
import type { Unpark } from './unpark.ts';

/** How often all projects are listed, to find those that came or went without an update. */
const LIST_EVERY_MS = 24 * 3_600_000;
/** A function that saw the workspace disconnected may park rows for as long as it runs. */
const PARKING_MS = 2 * 60_000;

/** What a workspace's own row asks for. Times are epoch milliseconds. */
export type Duty = {
  /** Names it in the log. */
  name: string;
  /** When it has to be done; `NEVER` if it need not be. The row stays due until this lies ahead. */
  dueAt: (row: WorkspaceRow) => number;
  /**
   * Begins nothing after `deadline`. What it leaves undone stays due, because `dueAt` still says so. Answers the ids of
   * features that it made due and that are to be processed at once.
   */
  run: (row: WorkspaceRow, deadline: number) => Promise<readonly string[]>;
  /** How long the next run waits if it is still due after it ran; default a second. */
  againAfterMs?: number;
  /** Done also while the workspace is not connected. */
  isForAll?: boolean;
};

const wakingNone = async (work: Promise<unknown>): Promise<[]> => {
  await work;
  return [];
};

export const NEVER = Number.POSITIVE_INFINITY;

type Deps = {
  workspaces: Workspaces;
  tokens: Tokens;
  reconcile: Reconcile;
  redispatch: Redispatch;
  revokeEnded: RevokeEnded;
  unpark: Unpark;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  now: Now;
};

/** Every duty of a workspace, in the order in which they are done. One that fails keeps those after it waiting. */
export const dutiesOf = (deps: Deps): readonly Duty[] => {
  const { workspaces, tokens, reconcile, redispatch, revokeEnded, unpark, startSync, now } = deps;
  return [
    {
      name: 'revoke',
      isForAll: true,
      dueAt: ({ toRevoke }) => Math.min(NEVER, ...toRevoke.map(revocableAt)),
      run: (row, deadline) => wakingNone(revokeEnded(row, deadline)),
      againAfterMs: REVOKE_AGAIN_MS,
    },
    {
      name: 'redispatch',
      dueAt: ({ redispatchAt }) => (redispatchAt ? 0 : NEVER),
      run: (row, deadline) => wakingNone(redispatch(row, deadline)),
    },
    {
      name: 'unpark',
      // Once at first, and once more after the last row can have been parked.
      dueAt: ({ connectedAt, unparkedAt = '1970' }) => {
        const lastParked = Date.parse(connectedAt) + PARKING_MS;
        if (Date.parse(unparkedAt) >= lastParked) return NEVER;
        return Date.parse(unparkedAt) < Date.parse(connectedAt) ? 0 : lastParked;
      },
      run: unpark,
    },
    {
      name: 'refresh',
      // A refresh that was begun is sent again while Linear still gives the same answer.
      dueAt: ({ tokenExpiresAt = '9999', refreshUntil = '9999' }) =>
        Math.min(Date.parse(tokenExpiresAt) - REFRESH_AHEAD_MS, Date.parse(refreshUntil)),
      run: (row, deadline) => wakingNone(tokens.token(row.id, { deadline })),
    },
    {
      name: 'sync',
      dueAt: ({ sync, listedAt = '1970' }) => (sync ? runAt(sync) : Date.parse(listedAt) + LIST_EVERY_MS),
      // A sync runs in another function. Once it has set the watermark, the reconcile reads what changes meanwhile.
      run: async (row) => {
        if (!row.sync)
          await workspaces.askSync(row.id, newSync(ulid(now()), 'daily', { now: now() }), { now: now() });
        await startSync({ workspaceId: row.id });
        return [];
      },
      againAfterMs: SYNC_ALIVE_MS,
    },
    {
      name: 'reconcile',
      dueAt: ({ issuesWatermark, reconcileAt = '1970' }) =>
        issuesWatermark ? Date.parse(reconcileAt) : NEVER,
      run: (row, deadline) => wakingNone(reconcile(row, deadline)),
    },
  ];
};
