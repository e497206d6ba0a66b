import type { Now } from '../domain/clock.ts';
import { shortened } from '../fitting.ts';
import { type LinearApi, linearApi } from '../linear/api.ts';
import { linearClient } from '../linear/client.ts';
import { type LinearOauth, linearOauth, TokenSet } from '../linear/oauth.ts';
import type { Unreadable } from '../linear/pages.ts';
import { LinearAppSecret } from '../linear/secrets.ts';
import { secret } from '../runtime/secrets.ts';
import { type Vault, vault } from '../runtime/vault.ts';
import type { Telemetry } from './telemetry.ts';

const MOST_LOGGED = 10;

export type LinearEnv = Record<'LINEAR_API_URL' | 'LINEAR_APP_SECRET_ARN' | 'TOKEN_KEY_ARN', string>;

/** How a function calls Linear, and the vault that seals its tokens. */
export type LinearClients = {
  api: (accessToken: string) => LinearApi;
  oauth: LinearOauth;
  vault: Vault<TokenSet>;
};

/** The clients of a deployed function: the app's secret is in Secrets Manager, and KMS seals the tokens. */
export const linearClients = (
  env: LinearEnv,
  { warn, count, now }: Telemetry & { now: Now },
): LinearClients => {
  const onUnreadable = (what: 'issues' | 'projects', unreadable: readonly Unreadable[]): void => {
    count('LinearUnreadable', unreadable.length);
    const some = unreadable
      .slice(0, MOST_LOGGED)
      .map(({ id, why }) => ({ id: shortened(id, 100), why: shortened(why) }));
    warn('unreadable in Linear', { what, count: unreadable.length, some });
  };
  const client = linearClient({ apiUrl: env.LINEAR_API_URL, now });
  const app = secret(env.LINEAR_APP_SECRET_ARN, LinearAppSecret);
  return {
    api: (accessToken) => linearApi(client, { accessToken, now, onUnreadable }),
    oauth: linearOauth({ apiUrl: env.LINEAR_API_URL, app, now }),
    vault: vault(env.TOKEN_KEY_ARN, TokenSet),
  };
};
