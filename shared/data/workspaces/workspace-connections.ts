import type { SyncProgress } from '../../domain/mirror/sync.ts';
import type { Settings } from '../../domain/workspaces/settings.ts';
import { and, or } from '../condition.ts';
import { due, iso, notDue } from '../schedule/due.ts';
import { isOfTenancy } from './memberships.ts';
import {
  type EndedGrant,
  type WorkspaceRow,
  type WorkspacesTable,
  where,
  workspaceRow,
} from './workspace-row.ts';

/** The result of a completed OAuth flow. */
export type Connected = {
  id: string;
  ownerId: string;
  linearOrganizationId: string;
  linearOrganizationName: string;
  linearOrganizationUrlKey?: string;
  linearDefaultTeamId: string | undefined;
  appUserId: string;
  sealedTokens: string;
  tokenExpiresAt: string;
  settings: Settings;
  sync: SyncProgress;
};

/** The attributes that end with a connection. */
const OF_A_CONNECTION = [
  'sealedTokens',
  'tokenExpiresAt',
  'refreshUntil',
  'grantRefusedAt',
  'revokedAt',
  'sync',
  'syncAgain',
  'reconcile',
] as const;
/** Reached only by an owner who connects and disconnects repeatedly while Linear revokes nothing. */
const MOST_TO_REVOKE = 10;
/** Whoever ends a connection revokes it at once. After this the poller does it, in case that failed. */
const REVOKED_BY_THEN_MS = 60_000;

const sameToRevoke = ({ toRevoke }: WorkspaceRow) =>
  toRevoke.length > 0 ? where.eq('toRevoke', toRevoke) : where.notExists('toRevoke');

/** It is still connected, with the tokens that were read. */
const sameTokens = (row: WorkspaceRow) =>
  and(where.asRead(row, 'tokenVersion'), where.eq('connection', 'connected'));

/** A workspace's connection and its sealed tokens. Times are epoch milliseconds. */
export const workspaceConnections = (workspaces: WorkspacesTable) => ({
  /**
   * Stores a new connection. Creates or revives the workspace for its owner, or for a member or a new owner of the
   * `tenancy` that was read. Raises `tokenVersion`, so that a refresh under way is discarded. Returns the tenancy and
   * the sync that this one replaces, or `lost` if the workspace has changed since it was read.
   */
  async connect(
    { id, ownerId, settings, ...fields }: Connected,
    { as, tenancy, now }: { as: 'owner' | 'member' | 'new_owner'; tenancy: number; now: number },
  ): Promise<{ is: 'connected'; replaced: SyncProgress | undefined; tenancy: number } | { is: 'lost' }> {
    const taken = as === 'new_owner' ? { ownerId, tenancy: tenancy + 1 } : {};
    const conditions = {
      owner: or(where.notExists('ownerId'), where.eq('ownerId', ownerId)),
      member: and(where.exists('ownerId'), where.ne('connection', 'disconnected'), isOfTenancy(tenancy)),
      new_owner: and(where.eq('connection', 'disconnected'), isOfTenancy(tenancy)),
    };
    const written = await workspaces.update(
      { id },
      {
        set: {
          ...fields,
          connection: 'connected',
          connectedAt: iso(now),
          updatedAt: iso(now),
          ...taken,
          ...due(now),
        },
        init: { ...(as === 'new_owner' ? {} : { ownerId }), settings, createdAt: iso(now) },
        add: { tokenVersion: 1, appUserIds: new Set([fields.appUserId]) },
        remove: ['refreshUntil', 'grantRefusedAt', 'pausedUntil', 'outages', 'revokedAt', 'syncAgain'],
        when: conditions[as],
      },
      { returnOld: true },
    );
    if (!written.ok) return { is: 'lost' };
    // For a new row, some engines return only the key.
    const old = written.old?.ownerId ? workspaceRow(written.old) : undefined;
    return { is: 'connected', replaced: old?.sync, tenancy: taken.tenancy ?? old?.tenancy ?? 0 };
  },

  /** Takes the right to refresh for `leaseMs`. There is one refresher for each token version. */
  async leaseRefresh(row: WorkspaceRow, leaseMs: number, now: number): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        // Due when it ends: if the refresher dies, the refresh has to be sent again soon.
        set: { refreshUntil: iso(now + leaseMs), ...due(now + leaseMs) },
        when: and(
          sameTokens(row),
          or(
            where.notExists('refreshUntil'),
            where.lt('refreshUntil', iso(now)),
            where.gt('refreshUntil', iso(now + 2 * leaseMs)),
          ),
        ),
      },
    );
    return ok;
  },

  async storeTokens(
    row: WorkspaceRow,
    tokens: { sealedTokens: string; tokenExpiresAt: string },
    now: number,
  ): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        set: { ...tokens, tokenVersion: row.tokenVersion + 1, updatedAt: iso(now) },
        remove: ['refreshUntil', 'grantRefusedAt'],
        when: sameTokens(row),
      },
    );
    return ok;
  },

  /**
   * Records that Linear refused the refresh token. The first time it is only noted; the second, a minute later, it
   * counts.
   */
  async grantRefused(row: WorkspaceRow, verdict: 'noted' | 'needs_reauth', now: number): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        set: {
          updatedAt: iso(now),
          ...(verdict === 'noted' ? { grantRefusedAt: iso(now) } : { connection: 'needs_reauth' as const }),
        },
        remove: ['refreshUntil'],
        when: sameTokens(row),
      },
    );
    return ok;
  },

  /**
   * Ends a connection that Linear has ended, and deletes its tokens. Raises `tokenVersion`, so that a refresh under
   * way is discarded. With `of`, it ends only that connection and not a newer one.
   */
  async disconnect(id: string, of: { connectedAt: string } | undefined, now: number): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id },
      {
        set: { connection: 'disconnected', updatedAt: iso(now) },
        add: { tokenVersion: 1 },
        remove: [...OF_A_CONNECTION, ...notDue],
        when: and(
          where.ne('connection', 'disconnected'),
          of ? where.eq('connectedAt', of.connectedAt) : where.exists('ownerId'),
        ),
      },
    );
    return ok;
  },

  /**
   * Ends the connection that was read. Its tokens move to `toRevoke` and make the workspace due until Linear has
   * revoked them, so that a crash leaves no grant behind. Raises `tokenVersion`, so that a refresh under way is
   * discarded. Returns `false` if a refresh began or ended since.
   */
  async endConnection(row: WorkspaceRow, now: number): Promise<boolean> {
    const { id, sealedTokens, refreshUntil } = row;
    const ended = sealedTokens
      ? [{ sealedTokens, endedAt: iso(now), ...(refreshUntil && { refreshUntil }) }]
      : [];
    const toRevoke = [...row.toRevoke, ...ended].slice(-MOST_TO_REVOKE);
    const { ok } = await workspaces.update(
      { id },
      {
        set: {
          connection: 'disconnected',
          updatedAt: iso(now),
          ...(toRevoke.length > 0 ? { toRevoke, ...due(now + REVOKED_BY_THEN_MS) } : {}),
        },
        add: { tokenVersion: 1 },
        remove: toRevoke.length > 0 ? OF_A_CONNECTION : [...OF_A_CONNECTION, ...notDue],
        when: and(
          where.ne('connection', 'disconnected'),
          where.asRead(row, 'tokenVersion', 'refreshUntil'),
          sameToRevoke(row),
        ),
      },
    );
    return ok;
  },

  /** Stores which grants are still to be revoked. Returns `false` if another connection ended meanwhile. */
  async keepToRevoke(row: WorkspaceRow, left: readonly EndedGrant[]): Promise<boolean> {
    const { ok } = await workspaces.update(
      { id: row.id },
      {
        ...(left.length > 0 ? { set: { toRevoke: left } } : { remove: ['toRevoke'] }),
        when: sameToRevoke(row),
      },
    );
    return ok;
  },

  /**
   * Records that Linear says the app was revoked at `revokedAt` (ISO), unless the workspace was connected after that.
   */
  async noteRevoked(id: string, revokedAt: string, now: number): Promise<'noted' | 'stale'> {
    const { ok } = await workspaces.update(
      { id },
      {
        set: { revokedAt, ...due(now) },
        when: and(where.ne('connection', 'disconnected'), where.lt('connectedAt', revokedAt)),
      },
    );
    return ok ? 'noted' : 'stale';
  },

  /** The probe succeeded, so the revocation was of an older connection. */
  async clearRevoked(row: WorkspaceRow): Promise<void> {
    await workspaces.update({ id: row.id }, { remove: ['revokedAt'], when: where.asRead(row, 'revokedAt') });
  },
});
