import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { historyTable } from '../../shared/data/history.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { linearApi } from '../../shared/linear/api.ts';
import { linearClient } from '../../shared/linear/client.ts';
import { linearOauth } from '../../shared/linear/oauth.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { LinearAppSecret, secret } from '../../shared/runtime/secrets.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { vault } from '../../shared/runtime/vault.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { routes } from '../../shared/use-cases/routes.ts';
import { runSync } from '../../shared/use-cases/run-sync.ts';
import { tokens } from '../../shared/use-cases/tokens.ts';
import { withLinear } from '../../shared/use-cases/with-linear.ts';
import { SyncEnv } from './env.ts';
import { sync } from './handler.ts';

const env = readEnv(SyncEnv);
const now = Date.now;
const db = dynamo();
const workspaces = workspacesTable(db, env.WORKSPACES_TABLE);
const projects = projectsTable(db, env.PROJECTS_TABLE);
const features = featuresTable(db, env.FEATURES_TABLE);
const client = linearClient({ apiUrl: env.LINEAR_API_URL, now });
const oauth = linearOauth({
  apiUrl: env.LINEAR_API_URL,
  app: secret(env.LINEAR_APP_SECRET_ARN, LinearAppSecret),
  now,
});

const run = runSync({
  workspaces,
  projects,
  features,
  history: historyTable(db, env.HISTORY_TABLE),
  routes: routes({ workspaces, projects, now }),
  apply: applyIssue({ features, now }),
  linear: withLinear({
    tokens: tokens({ workspaces, vault: vault(env.TOKEN_KEY_ARN), oauth, now, sleep }),
    workspaces,
    api: (accessToken) => linearApi(client, { accessToken, now }),
  }),
  now,
});

export const handler = sync({ run, now });
