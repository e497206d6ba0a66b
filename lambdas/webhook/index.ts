import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { workspacesTable } from '../../shared/data/workspaces.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpHandler } from '../../shared/runtime/http.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { LinearWebhookSecret, secret } from '../../shared/runtime/secrets.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { receiveDelivery } from '../../shared/use-cases/receive-delivery.ts';
import { routes } from '../../shared/use-cases/routes.ts';
import { WebhookEnv } from './env.ts';
import { webhook } from './handler.ts';

const env = readEnv(WebhookEnv);
const now = Date.now;
const db = dynamo();
const workspaces = workspacesTable(db, env.WORKSPACES_TABLE);
const projects = projectsTable(db, env.PROJECTS_TABLE);
const features = featuresTable(db, env.FEATURES_TABLE);

const receive = receiveDelivery({
  workspaces,
  projects,
  features,
  routes: routes({ workspaces, projects, now }),
  apply: applyIssue({ features, now }),
  now,
});

export const handler = httpHandler(
  webhook({ secrets: secret(env.LINEAR_WEBHOOK_SECRET_ARN, LinearWebhookSecret), receive, count, now }),
);
