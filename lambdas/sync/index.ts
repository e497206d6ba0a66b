import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { mirrorProjects } from '../../shared/use-cases/mirror-projects.ts';
import { routes } from '../../shared/use-cases/routes.ts';
import { runSync } from '../../shared/use-cases/run-sync.ts';
import { linearAccess } from '../../shared/wiring.ts';
import { SyncEnv } from './env.ts';
import { sync } from './handler.ts';

const env = readEnv(SyncEnv);
const now = Date.now;
const db = dynamo();
const { workspaces, history, linear } = linearAccess(db, env, now);
const projects = projectsTable(db, env.PROJECTS_TABLE);
const features = featuresTable(db, env.FEATURES_TABLE);

const run = runSync({
  workspaces,
  mirror: mirrorProjects({ projects, now }),
  features,
  history,
  routes: routes({ workspaces, projects, now }),
  apply: applyIssue({ features, now }),
  linear,
  now,
});

export const handler = sync({ run, now });
