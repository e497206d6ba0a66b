import type { Db } from '../data/client.ts';
import { historyTable } from '../data/workspaces/history.ts';
import type { WorkspaceRow } from '../data/workspaces/workspace-row.ts';
import { workspacesTable } from '../data/workspaces/workspaces.ts';
import { shortened } from '../errors.ts';
import { linearApi } from '../linear/api.ts';
import { linearClient } from '../linear/client.ts';
import { linearOauth, TokenSet } from '../linear/oauth.ts';
import type { Unreadable } from '../linear/pages.ts';
import { LinearAppSecret } from '../linear/secrets.ts';
import { logger } from '../runtime/logger.ts';
import { count } from '../runtime/metrics.ts';
import { secret } from '../runtime/secrets.ts';
import { sleep } from '../runtime/sleep.ts';
import { vault } from '../runtime/vault.ts';
import { tokens } from '../use-cases/workspaces/tokens.ts';
import { withLinear } from '../use-cases/workspaces/with-linear.ts';

const MOST_LOGGED = 10;

const onUnreadable = (what: 'issues' | 'projects', unreadable: readonly Unreadable[]): void => {
  count('LinearUnreadable', unreadable.length);
  const some = unreadable
    .slice(0, MOST_LOGGED)
    .map(({ id, why }) => ({ id: shortened(id, 100), why: shortened(why) }));
  logger.warn('unreadable in Linear', { what, count: unreadable.length, some });
};

export type LinearEnv = {
  WORKSPACES_TABLE: string;
  HISTORY_TABLE: string;
  LINEAR_APP_SECRET_ARN: string;
  TOKEN_KEY_ARN: string;
  LINEAR_API_URL: string;
};

/** What every function needs that calls Linear, made once at its cold start. */
export const linearAccess = (
  db: Db,
  env: LinearEnv,
  now: () => number,
  { deadline, waitMs }: { deadline?: () => number; waitMs?: number } = {},
) => {
  const workspaces = workspacesTable(db, env.WORKSPACES_TABLE);
  const history = historyTable(db, env.HISTORY_TABLE);
  const client = linearClient({ apiUrl: env.LINEAR_API_URL, now });
  const api = (accessToken: string) => linearApi(client, { accessToken, now, onUnreadable });
  const app = secret(env.LINEAR_APP_SECRET_ARN, LinearAppSecret);
  const oauth = linearOauth({ apiUrl: env.LINEAR_API_URL, app, now });
  const tokenVault = vault(env.TOKEN_KEY_ARN, TokenSet);

  const needsReauth = async ({ id: workspaceId }: WorkspaceRow, why: string): Promise<void> => {
    count('NeedsReauth');
    logger.error('connect again', { workspaceId, reason: why });
    await history.note(workspaceId, 'needs_reauth', now(), { errors: [why] });
  };
  const token = tokens({
    workspaces,
    vault: tokenVault,
    oauth,
    onLost: (row) => needsReauth(row, 'Linear refused to refresh the token, twice.'),
    now,
    sleep,
    waitMs,
  });
  const linear = withLinear({ tokens: token, workspaces, api, ...(deadline && { deadline }), now });
  return { workspaces, history, api, oauth, vault: tokenVault, tokens: token, linear, needsReauth };
};
