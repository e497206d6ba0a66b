import type { History } from '../data/history.ts';
import type { WorkspaceRow } from '../data/workspace-row.ts';
import type { Workspaces } from '../data/workspaces.ts';
import type { Now } from '../domain/clock.ts';
import type { LinearOauth } from '../linear/oauth.ts';
import type { Vault } from '../runtime/vault.ts';

type Deps = {
  workspaces: Workspaces;
  history: History;
  vault: Vault;
  oauth: LinearOauth;
  log: (message: string, fields: Record<string, unknown>) => void;
  now: Now;
};

/**
 * Ends a connection: revokes it at Linear and forgets the tokens. The mirror stays, and what the workspace owes
 * waits for a reconnect. Linear being down does not keep anybody connected.
 */
export const disconnect =
  ({ workspaces, history, vault, oauth, log, now }: Deps) =>
  async (row: WorkspaceRow): Promise<void> => {
    const errors: string[] = [];
    if (row.sealedTokens) {
      // Before the row: after it nobody would know the token that has to be revoked.
      await vault
        .open(row.id, row.sealedTokens)
        .then(({ refreshToken }) => oauth.revoke(refreshToken))
        .catch((error: unknown) => {
          errors.push('Linear could not be told: revoke the app in its settings.');
          log('not revoked at Linear', { workspaceId: row.id, error: error as Error });
        });
    }
    if (!(await workspaces.disconnect(row.id, undefined, now()))) return;
    await history.note(row.id, 'disconnect', now(), { errors });
    if (row.sync) await history.giveUpSync(row.id, row.sync, 'The workspace was disconnected.', now());
  };

export type Disconnect = ReturnType<typeof disconnect>;
