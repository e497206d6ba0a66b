import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { historyTable } from '../../shared/data/history.ts';
import { leasesTable } from '../../shared/data/leases.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { linearApi } from '../../shared/linear/api.ts';
import { linearClient } from '../../shared/linear/client.ts';
import { linearOauth } from '../../shared/linear/oauth.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { LinearAppSecret, secret } from '../../shared/runtime/secrets.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { vault } from '../../shared/runtime/vault.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { look } from '../../shared/use-cases/look.ts';
import { poll } from '../../shared/use-cases/poll.ts';
import { reconcile } from '../../shared/use-cases/reconcile.ts';
import { routes } from '../../shared/use-cases/routes.ts';
import { serveWorkspace } from '../../shared/use-cases/serve-workspace.ts';
import { tokens } from '../../shared/use-cases/tokens.ts';
import { withLinear } from '../../shared/use-cases/with-linear.ts';
import { writeBack } from '../../shared/use-cases/write-back.ts';
import { PollerEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(PollerEnv);
const now = Date.now;
const db = dynamo();
const workspaces = workspacesTable(db, env.WORKSPACES_TABLE);
const projects = projectsTable(db, env.PROJECTS_TABLE);
const features = featuresTable(db, env.FEATURES_TABLE);
const history = historyTable(db, env.HISTORY_TABLE);
const client = linearClient({ apiUrl: env.LINEAR_API_URL, now });
const oauth = linearOauth({
  apiUrl: env.LINEAR_API_URL,
  app: secret(env.LINEAR_APP_SECRET_ARN, LinearAppSecret),
  now,
});
const token = tokens({ workspaces, vault: vault(env.TOKEN_KEY_ARN), oauth, now, sleep });
const linear = withLinear({
  tokens: token,
  workspaces,
  api: (accessToken) => linearApi(client, { accessToken, now }),
});
const shared = {
  workspaces,
  features,
  history,
  routes: routes({ workspaces, projects, now }),
  apply: applyIssue({ features, now }),
  linear,
  now,
};

const serve = serveWorkspace({
  ...shared,
  leases: leasesTable(db, env.LEASES_TABLE),
  tokens: token,
  look: look({ ...shared, writeBack: writeBack({ linear }) }),
  reconcile: reconcile({ ...shared, count }),
  startSync: starter(env.SYNC_FUNCTION),
  log: (message, fields) => logger.warn(message, fields),
  sleep,
});

export const tick = handlers.tick({ poll: poll({ workspaces, features, serve, now }), now });
export const work = handlers.work({ serve });
