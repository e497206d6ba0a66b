import { BoundedMap } from '../../bounded-map.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';
import { InvalidGrant, LinearError } from '../../linear/errors.ts';
import type { Grant, LinearOauth, TokenSet } from '../../linear/oauth.ts';
import type { Vault } from '../../runtime/vault.ts';

/** How long a decrypted token may stay in memory. */
const CACHE_MS = 60_000;
/** How many decrypted tokens one function keeps. A token that was dropped is decrypted again. */
const KEPT_TOKENS = 1_000;
/** A token is refreshed when less than this is left of its 24 hours. */
export const REFRESH_AHEAD_MS = 2 * 3_600_000;
/** Longer than a refresh call may take (10 s), so its holder is done or dead when it ends. */
const REFRESH_LEASE_MS = 15_000;
/** Long enough to take over from a function that died while refreshing, and short enough for a caller to wait. */
const WAIT_FOR_REFRESHER_MS = 25_000;
/** An `invalid_grant` counts once it is answered again this much later. */
const GRANT_DOUBT_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

type Sealed = WorkspaceRow & { sealedTokens: string };
type Token = { accessToken: string; version: number };
type Wanted = {
  /** A token that Linear answered with 401, so only a newer one is of use. */
  refused?: Token;
  /** Nothing is begun after this, in epoch milliseconds. */
  deadline?: number;
};
type Deps = {
  workspaces: Workspaces;
  vault: Vault<TokenSet>;
  oauth: LinearOauth;
  /** Tells people that an owner has to connect the workspace again. */
  onLost: (workspace: WorkspaceRow) => Promise<void>;
  now: Now;
  sleep: (ms: number) => Promise<void>;
  /** How long to wait, at most, for another function that is refreshing. */
  waitMs?: number | undefined;
};

const isLive = (row: WorkspaceRow, now: number, leftMs = 0): boolean =>
  row.tokenExpiresAt !== undefined && Date.parse(row.tokenExpiresAt) > now + leftMs;

/**
 * A refresh was begun and its result never stored. Linear may have used up the refresh token, and gives the same
 * answer to it for only half an hour. So it is sent again, although the old access token may be good for hours.
 */
const isUnfinished = ({ refreshUntil }: WorkspaceRow, now: number): boolean =>
  refreshUntil !== undefined && Date.parse(refreshUntil) <= now;

/**
 * Live access tokens. Across all functions one at a time refreshes the token of a workspace: it takes a lease on the
 * row, and its result is stored only if nobody stored a newer one. Throws `conflict` for a workspace that is not
 * connected.
 */
export const tokens = ({
  workspaces,
  vault,
  oauth,
  onLost,
  now,
  sleep,
  waitMs = WAIT_FOR_REFRESHER_MS,
}: Deps) => {
  const opened = new BoundedMap<Token & { until: number }>(KEPT_TOKENS);

  const keep = (workspaceId: string, token: Token, forMs = CACHE_MS): Token => {
    opened.set(workspaceId, { ...token, until: now() + forMs });
    return token;
  };

  const connected = async (workspaceId: string): Promise<Sealed> => {
    const row = await workspaces.get(workspaceId);
    if (row?.connection === 'connected' && row.sealedTokens)
      return { ...row, sealedTokens: row.sealedTokens };
    opened.delete(workspaceId);
    throw new AppError(
      'conflict',
      `The workspace is ${row?.connection ?? 'unknown'}: its owner has to connect it again.`,
    );
  };

  const open = async (row: Sealed, forMs?: number): Promise<Token> => {
    const { accessToken } = await vault.open(row.id, row.sealedTokens);
    return keep(row.id, { accessToken, version: row.tokenVersion }, forMs);
  };

  const store = async (row: WorkspaceRow, grant: Grant): Promise<Token> => {
    const sealedTokens = await vault.seal(row.id, grant);
    const tokenExpiresAt = new Date(grant.expiresAt).toISOString();
    if (await workspaces.storeTokens(row, { sealedTokens, tokenExpiresAt }, now()))
      return keep(row.id, { accessToken: grant.accessToken, version: row.tokenVersion + 1 });
    const current = await workspaces.get(row.id);
    // If the connection is the same, another function stored this pair or its successor. If the connection ended,
    // nobody else knows this pair, so it is revoked. If that fails, the row still holds what leads to it (`toRevoke`).
    const isOfThisConnection =
      current?.connectedAt === row.connectedAt && current.connection !== 'disconnected';
    if (!isOfThisConnection) await oauth.revoke(grant.refreshToken).catch(() => undefined);
    return open(await connected(row.id));
  };

  /** Another function may have refreshed before us. If none did, a second refusal a minute later counts. */
  const doubt = async (row: WorkspaceRow): Promise<Token> => {
    const current = await connected(row.id);
    if (current.tokenVersion > row.tokenVersion) return open(current);
    const isCertain = current.grantRefusedAt && now() - Date.parse(current.grantRefusedAt) >= GRANT_DOUBT_MS;
    const verdict = isCertain ? 'needs_reauth' : 'noted';
    if ((await workspaces.grantRefused(current, verdict, now())) && isCertain) await onLost(current);
    throw new LinearError({ is: 'unauthorized' }, 'invalid_grant');
  };

  const refresh = async (row: Sealed, isRefused: boolean): Promise<Token> => {
    const { refreshToken } = await vault.open(row.id, row.sealedTokens);
    try {
      return await store(row, await oauth.refresh(refreshToken));
    } catch (error) {
      if (error instanceof InvalidGrant) return doubt(row);
      // Linear refreshes nothing at the moment. The old token is used until the refresh, still open, is sent again.
      const isAway = error instanceof AppError && error.isRetryable;
      if (isAway && !isRefused && isLive(row, now())) return open(row, REFRESH_LEASE_MS);
      // This is an outage of Linear like any other, after which a workspace pauses.
      if (isAway)
        throw new LinearError({ is: 'unavailable' }, { refresh: error.message, cause: error.detail });
      throw error;
    }
  };

  /**
   * One function refreshes. The others use the token while it is good, or wait for the newer one. If the refreshing
   * function dies, its lease expires and another sends the same refresh token, to which Linear gives the same answer.
   */
  const renew = async (
    row: Sealed,
    { isRefused, giveUp }: { isRefused: boolean; giveUp: number },
  ): Promise<Token> => {
    for (let current = row; now() < giveUp; current = await connected(row.id)) {
      if (current.tokenVersion > row.tokenVersion) return open(current);
      if (await workspaces.leaseRefresh(current, REFRESH_LEASE_MS, now())) return refresh(current, isRefused);
      if (!isRefused && isLive(current, now())) return open(current);
      await sleep(250 + Math.random() * 250);
    }
    if (!isRefused && isLive(row, now())) return open(row);
    throw new AppError(
      'upstream',
      'No fresh token of this workspace was available in time, because another request is refreshing it. Try again later.',
    );
  };

  return {
    async token(workspaceId: string, { refused, deadline = NEVER }: Wanted = {}): Promise<Token> {
      const kept = opened.get(workspaceId);
      if (kept && kept.until > now() && kept.version !== refused?.version) return kept;
      const row = await connected(workspaceId);
      const isRefused = row.tokenVersion === refused?.version;
      const isGood = !isRefused && !isUnfinished(row, now()) && isLive(row, now(), REFRESH_AHEAD_MS);
      return isGood ? open(row) : renew(row, { isRefused, giveUp: Math.min(deadline, now() + waitMs) });
    },
  };
};

export type Tokens = ReturnType<typeof tokens>;
