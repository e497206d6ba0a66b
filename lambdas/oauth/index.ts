import { dynamo } from '../../shared/data/client.ts';
import { historyTable } from '../../shared/data/history.ts';
import { membershipsTable } from '../../shared/data/memberships.ts';
import { oauthStatesTable } from '../../shared/data/oauth-states.ts';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { linearApi } from '../../shared/linear/api.ts';
import { linearClient } from '../../shared/linear/client.ts';
import { linearOauth } from '../../shared/linear/oauth.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { LinearAppSecret, secret } from '../../shared/runtime/secrets.ts';
import { vault } from '../../shared/runtime/vault.ts';
import { connect } from '../../shared/use-cases/connect.ts';
import { OauthEnv } from './env.ts';
import { oauth } from './handler.ts';

const env = readEnv(OauthEnv);
const now = Date.now;
const db = dynamo();
const client = linearClient({ apiUrl: env.LINEAR_API_URL, now });

export const handler = httpHandler(
  oauth({
    connect: connect({
      states: oauthStatesTable(db, env.OAUTH_STATES_TABLE),
      workspaces: workspacesTable(db, env.WORKSPACES_TABLE),
      memberships: membershipsTable(db, env.MEMBERSHIPS_TABLE),
      history: historyTable(db, env.HISTORY_TABLE),
      vault: vault(env.TOKEN_KEY_ARN),
      oauth: linearOauth({
        apiUrl: env.LINEAR_API_URL,
        app: secret(env.LINEAR_APP_SECRET_ARN, LinearAppSecret),
        now,
      }),
      api: (accessToken) => linearApi(client, { accessToken, now }),
      startSync: starter(env.SYNC_FUNCTION),
      publicUrl: env.PUBLIC_URL,
      linearAppUrl: env.LINEAR_APP_URL,
      now,
    }),
  }),
);
