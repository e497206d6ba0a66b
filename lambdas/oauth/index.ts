import { database } from '../../shared/composition/database.ts';
import { linearClients } from '../../shared/composition/linear-clients.ts';
import { oauthStores, oauthUseCases } from '../../shared/composition/oauth.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { OauthEnv } from './env.ts';
import { oauth } from './handler.ts';

const env = readEnv(OauthEnv);
const system = { ...telemetry, now: Date.now };

const { connect } = oauthUseCases({
  ...system,
  ...oauthStores(database(), env),
  ...linearClients(env, system),
  invokeSync: starter(env.SYNC_FUNCTION),
  publicUrl: env.PUBLIC_URL,
  linearAppUrl: env.LINEAR_APP_URL,
});
export const handler = httpHandler(oauth({ publicUrl: env.PUBLIC_URL, connect }));
