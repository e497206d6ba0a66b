import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { apiStores, apiUseCases } from '../../shared/composition/api.ts';
import { confluenceClients } from '../../shared/composition/confluence-clients.ts';
import { database } from '../../shared/composition/database.ts';
import { linearClients } from '../../shared/composition/linear-clients.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { tokenSource } from '../../shared/composition/token-source.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { CommentKey, secret } from '../../shared/runtime/secrets.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { ApiEnv } from './env.ts';
import { api } from './handler.ts';

// zod/mini has no error messages of its own, and callers read them.
z.config(en());

const env = readEnv(ApiEnv);
const system = { ...telemetry, now: Date.now, sleep };
const outside = {
  ...system,
  ...apiStores(database(), env),
  ...linearClients(env, system),
  ...confluenceClients(env, system),
};
const commentKey = secret(env.COMMENT_KEY_SECRET_ARN, CommentKey);

export const handler = httpHandler(
  api(
    apiUseCases({
      ...outside,
      ...tokenSource(outside),
      commentKey: async () => (await commentKey()).key,
      invokeSync: starter(env.SYNC_FUNCTION),
      invokeWork: starter(env.WORK_FUNCTION),
      startReading: starter(env.PLANNING_FUNCTION),
    }),
  ),
);
