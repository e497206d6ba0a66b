import { database } from '../../shared/composition/database.ts';
import { linearAccess } from '../../shared/composition/linear-access.ts';
import { membershipsTable } from '../../shared/data/workspaces/memberships.ts';
import { oauthStatesTable } from '../../shared/data/workspaces/oauth-states.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { connect } from '../../shared/use-cases/workspaces/connect.ts';
import { OauthEnv } from './env.ts';
import { oauth } from './handler.ts';

const env = readEnv(OauthEnv);
const now = Date.now;
const db = database();
const { workspaces, history, vault, oauth: linearOauth, api } = linearAccess(db, env, now);

export const handler = httpHandler(
  oauth({
    publicUrl: env.PUBLIC_URL,
    connect: connect({
      states: oauthStatesTable(db, env.OAUTH_STATES_TABLE),
      workspaces,
      memberships: membershipsTable(db, env.MEMBERSHIPS_TABLE),
      history,
      vault,
      oauth: linearOauth,
      api,
      startSync: starter(env.SYNC_FUNCTION),
      log: (message, fields) => logger.warn(message, fields),
      publicUrl: env.PUBLIC_URL,
      linearAppUrl: env.LINEAR_APP_URL,
      now,
    }),
  }),
);
