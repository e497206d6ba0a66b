import type { History } from '../../data/workspaces/history.ts';
import type { EndedGrant, WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';
import { InvalidGrant } from '../../linear/errors.ts';
import type { LinearOauth, TokenSet } from '../../linear/oauth.ts';
import type { Vault } from '../../runtime/vault.ts';

/** How long to wait before a failed revocation is tried again. */
export const REVOKE_AGAIN_MS = 10 * 60_000;
/** By then the access token has expired, and Linear has forgotten every refresh that was running. */
const GIVE_UP_MS = 24 * 3_600_000;

type Deps = {
  workspaces: Workspaces;
  history: History;
  vault: Vault<TokenSet>;
  oauth: LinearOauth;
  now: Now;
};

/** When (epoch ms) an ended grant may be revoked: once a refresh that was running is over. */
export const revocableAt = ({ endedAt, refreshUntil }: EndedGrant): number =>
  Date.parse(refreshUntil ?? endedAt);

/**
 * Revokes the grants that the ended connections of a workspace left at Linear. A refresh that was running when a
 * connection ended may have produced a pair of tokens that nobody stored. Linear gives the same answer to a refresh
 * token for half an hour, so it is sent once more, and its answer is revoked too. Begins nothing after `deadline`
 * (epoch ms); what is left stays on the row.
 */
export const revokeEnded = ({ workspaces, history, vault, oauth, now }: Deps) => {
  const revoke = async (id: string, { sealedTokens, refreshUntil }: EndedGrant): Promise<void> => {
    const { refreshToken } = await vault.open(id, sealedTokens);
    if (refreshUntil) {
      const successor = await oauth.refresh(refreshToken).catch((error: unknown) => {
        if (error instanceof InvalidGrant) return undefined;
        throw error;
      });
      if (successor) await oauth.revoke(successor.refreshToken);
    }
    await oauth.revoke(refreshToken);
  };

  const isOver = ({ endedAt }: EndedGrant) => now() >= Date.parse(endedAt) + GIVE_UP_MS;

  /** Answers whether nothing is left to do about the grant. */
  const end = async (id: string, grant: EndedGrant): Promise<boolean> => {
    try {
      await revoke(id, grant);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!isOver(grant)) return false;
      await history.note(id, 'disconnect', now(), {
        errors: ['Linear did not revoke the grant for a day. Remove the app in Linear’s settings.'],
      });
      return true;
    }
  };

  return async (row: WorkspaceRow, deadline: number): Promise<number> => {
    const left: EndedGrant[] = [];
    for (const grant of row.toRevoke) {
      const isTime = revocableAt(grant) <= now() && now() < deadline;
      if (!(isTime && (await end(row.id, grant)))) left.push(grant);
    }
    if (left.length < row.toRevoke.length) await workspaces.keepToRevoke(row, left);
    return left.length;
  };
};

export type RevokeEnded = ReturnType<typeof revokeEnded>;
