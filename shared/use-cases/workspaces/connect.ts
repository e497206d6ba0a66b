import { createHash, randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { History } from '../../data/workspaces/history.ts';
import type { Memberships } from '../../data/workspaces/memberships.ts';
import type { OauthStates } from '../../data/workspaces/oauth-states.ts';
import type { Connected } from '../../data/workspaces/workspace-connections.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { derivedId } from '../../domain/ids.ts';
import { newSync } from '../../domain/mirror/sync.ts';
import { connectsAs } from '../../domain/workspaces/membership.ts';
import { defaultSettings } from '../../domain/workspaces/settings.ts';
import { AppError } from '../../errors.ts';
import type { LinearApi } from '../../linear/api.ts';
import { InvalidGrant } from '../../linear/errors.ts';
import type { Grant, LinearOauth, TokenSet } from '../../linear/oauth.ts';
import type { Vault } from '../../runtime/vault.ts';

const LINK_MS = 15 * 60_000;
/** An attempt fails only if another connection was stored, or ended, at the same moment. */
const MOST_ATTEMPTS = 3;

const random = (): string => randomBytes(32).toString('base64url');
const hash = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

type Deps = {
  states: OauthStates;
  workspaces: Workspaces;
  memberships: Memberships;
  history: History;
  vault: Vault<TokenSet>;
  oauth: LinearOauth;
  api: (accessToken: string) => LinearApi;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  log: (message: string, fields: Record<string, unknown>) => void;
  publicUrl: string;
  linearAppUrl: string;
  now: Now;
};

/** Connects a Linear organization, step by step. Only hashes of the secrets of a flow are stored. */
export const connect = (deps: Deps) => {
  const {
    states,
    workspaces,
    memberships,
    history,
    vault,
    oauth,
    api,
    startSync,
    log,
    publicUrl,
    linearAppUrl,
    now,
  } = deps;
  const redirectUri = new URL('/oauth/linear/callback', publicUrl).toString();
  const expiry = () => new Date(now() + LINK_MS).toISOString();

  /** Stores the connection in the role that the link's owner has in the workspace, as the row is at each attempt. */
  const claim = async (connection: Connected) => {
    const { id, ownerId, linearOrganizationName } = connection;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const [current, membership] = await Promise.all([workspaces.get(id), memberships.get(ownerId, id)]);
      const as = connectsAs(current, ownerId, membership);
      if (as === 'nobody')
        throw new AppError(
          'forbidden',
          `${linearOrganizationName} is already connected by somebody else. Ask its owner to invite you. If there is no owner to ask, an admin removes the app in Linear’s settings and opens the connect link again.`,
          { detail: { why: 'owned by another' } },
        );
      const stored = await workspaces.connect(connection, {
        as,
        tenancy: current?.tenancy ?? 0,
        now: now(),
      });
      if (stored.is === 'connected') return { ...stored, as, previousOwnerId: current?.ownerId };
    }
    throw new AppError(
      'conflict',
      'Others are connecting this organization at the same moment. Open the connect link again.',
    );
  };

  /**
   * Revokes a grant that could not be stored, because nobody would ever use or end it. After an unexpected failure
   * the grant may have been stored, so it is left alone.
   */
  const orRevoked = async <T>(grant: Grant, work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      if (error instanceof AppError)
        await oauth.revoke(grant.refreshToken).catch((cause: unknown) => {
          log('a refused grant is not revoked', { error: cause });
        });
      throw error;
    });

  const store = async (ownerId: string, grant: Grant) => {
    const { appUserId, organization, defaultTeamId } = await api(grant.accessToken)
      .viewer()
      .catch((cause: unknown) => {
        if (!(cause instanceof AppError)) throw cause;
        const message =
          'Linear approved but is not answering at the moment. Open the connect link again in a minute.';
        throw new AppError('upstream', message, { cause, detail: cause.detail });
      });
    const known = await workspaces.idByLinearOrganization(organization.id);
    const id = known ?? derivedId('workspace', organization.id);
    // This sync replaces one that was asked for before, and reads what events were lost meanwhile.
    const sync = newSync(ulid(now()), known ? 'full' : 'connect', { now: now() });
    const connected = await claim({
      id,
      ownerId,
      linearOrganizationId: organization.id,
      linearOrganizationName: organization.name,
      linearOrganizationUrlKey: organization.urlKey,
      linearDefaultTeamId: defaultTeamId,
      appUserId,
      sealedTokens: await vault.seal(id, grant),
      tokenExpiresAt: new Date(grant.expiresAt).toISOString(),
      settings: defaultSettings,
      sync,
    });
    if (connected.replaced)
      await history.giveUpSync(id, connected.replaced, 'A new connection reads everything again.', now());
    // The row comes first: a membership of a workspace that refused them would show it to a stranger.
    if (connected.as !== 'member') await memberships.addOwner(ownerId, id, connected.tenancy);
    if (connected.as === 'new_owner')
      await history.note(id, 'owner_changed', now(), {
        ownerId,
        ...(connected.previousOwnerId && { previousOwnerId: connected.previousOwnerId }),
      });
    return { id, organization, sync };
  };

  /** Who will own what a link connects. Reading it does not use the link up. */
  const ownerOf = async (link: string): Promise<string> => {
    const row = await states.get(hash(link), now());
    if (!row) throw new AppError('not_found', 'This link has expired or never existed. Ask for a new one.');
    return row.ownerId;
  };

  return {
    /** A link for `ownerId` to open, or to send to an admin of the Linear workspace. */
    async createLink(ownerId: string): Promise<{ url: string; expiresAt: string }> {
      const link = random();
      const expiresAt = expiry();
      await states.put({ id: hash(link), ownerId, expiresAt });
      return { url: new URL(`/connect/${link}`, publicUrl).toString(), expiresAt };
    },

    ownerOf,

    /** Begins a flow in one browser, which keeps the PKCE verifier as `cookie`. */
    async begin(link: string): Promise<{ authorizeUrl: string; cookie: string; maxAgeSeconds: number }> {
      const ownerId = await ownerOf(link);
      const state = random();
      const verifier = random();
      await states.put({ id: hash(state), ownerId, cookieHash: hash(verifier), expiresAt: expiry() });
      const authorizeUrl = await oauth.authorizeUrl(linearAppUrl, { state, redirectUri, verifier });
      return { authorizeUrl, cookie: verifier, maxAgeSeconds: LINK_MS / 1000 };
    },

    /** Ends a flow, once. Errors say what happened and what to do, to the person in front of the browser. */
    async complete(answer: {
      state: string;
      code: string | undefined;
      error: string | undefined;
      cookie: string | undefined;
    }): Promise<{ workspaceId: string; organizationName: string }> {
      const { state, code, error, cookie } = answer;
      const flow = cookie && state ? await states.consume(hash(state), hash(cookie), now()) : undefined;
      if (!flow || !cookie)
        throw new AppError(
          'invalid_input',
          'This answer was already used, or does not belong to a connection begun in this browser in the last 15 minutes. Open the connect link again.',
        );
      if (error === 'access_denied')
        throw new AppError(
          'forbidden',
          'Linear did not approve. An admin of the Linear workspace has to approve the app. Open the connect link again to retry.',
        );
      if (error || !code)
        throw new AppError(
          'upstream',
          'Linear answered with an error instead of a code. Open the connect link again.',
        );

      const grant = await oauth.exchange({ code, redirectUri, verifier: cookie }).catch((cause: unknown) => {
        if (!(cause instanceof InvalidGrant)) throw cause;
        throw new AppError(
          'invalid_input',
          'Linear says that this approval was already used or has expired. Open the connect link again.',
        );
      });
      const { id, organization, sync } = await orRevoked(grant, store(flow.ownerId, grant));
      await history.note(id, 'connect', now());
      const at = new Date(now()).toISOString();
      await history.put({
        workspaceId: id,
        id: sync.historyId,
        kind: 'sync',
        outcome: 'running',
        startedAt: at,
        counts: {},
        errors: [],
      });
      await startSync({ workspaceId: id });
      return { workspaceId: id, organizationName: organization.name };
    },
  };
};

export type Connect = ReturnType<typeof connect>;
