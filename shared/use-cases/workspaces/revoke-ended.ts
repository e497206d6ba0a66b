import type { History } from '../../data/workspaces/history.ts';
import type { EndedGrant, WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';
import { InvalidGrant } from '../../linear/errors.ts';
import type { LinearOauth, TokenSet } from '../../linear/oauth.ts';
import type { Vault } from '../../runtime/vault.ts';

/** A revocation that Linear did not carry out is tried again this much later. */
export const REVOKE_AGAIN_MS = 10 * 60_000;
/** An access token ends by itself after this long, and Linear has forgotten every refresh that was under way. */
const GIVE_UP_MS = 24 * 3_600_000;

type Deps = {
  workspaces: Workspaces;
  history: History;
  vault: Vault<TokenSet>;
  oauth: LinearOauth;
  now: Now;
};

/** When an ended grant may be revoked: a refresh that was under way has to be over (epoch ms). */
export const revocableAt = ({ endedAt, refreshUntil }: EndedGrant): number =>
  Date.parse(refreshUntil ?? endedAt);

/**
 * Revokes at Linear what the ended connections of a workspace left. A refresh that was under way when one ended may
 * have brought a pair that nobody stored: Linear answers the same refresh token alike for half an hour, so it is sent
 * once more, and what comes is revoked. Begins nothing after `deadline` (epoch ms); what is left stays on the row.
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

  /** Whether the grant is dealt with. */
  const end = async (id: string, grant: EndedGrant): Promise<boolean> => {
    try {
      await revoke(id, grant);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!isOver(grant)) return false;
      await history.note(id, 'disconnect', now(), {
        errors: ['Linear did not revoke the grant for a day: remove the app in its settings.'],
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
