import { dynamo } from '../../shared/data/client.ts';
import { featuresTable } from '../../shared/data/features.ts';
import { leasesTable } from '../../shared/data/leases.ts';
import { projectsTable } from '../../shared/data/projects.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { look } from '../../shared/use-cases/look.ts';
import { lookAtWorkspace } from '../../shared/use-cases/look-at-workspace.ts';
import { mirrorProjects } from '../../shared/use-cases/mirror-projects.ts';
import { poll } from '../../shared/use-cases/poll.ts';
import { reconcile } from '../../shared/use-cases/reconcile.ts';
import { routes } from '../../shared/use-cases/routes.ts';
import { serveWorkspace } from '../../shared/use-cases/serve-workspace.ts';
import { writeBack } from '../../shared/use-cases/write-back.ts';
import { linearAccess } from '../../shared/wiring.ts';
import { PollerEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(PollerEnv);
const now = Date.now;
const db = dynamo();
const { workspaces, history, tokens, linear } = linearAccess(db, env, now);
const projects = projectsTable(db, env.PROJECTS_TABLE);
const features = featuresTable(db, env.FEATURES_TABLE);
const deps = {
  workspaces,
  features,
  history,
  routes: routes({ workspaces, projects, now }),
  apply: applyIssue({ features, now }),
  linear,
  now,
};

const serve = serveWorkspace({
  ...deps,
  leases: leasesTable(db, env.LEASES_TABLE),
  look: look({ ...deps, writeBack: writeBack({ linear }) }),
  lookAtWorkspace: lookAtWorkspace({
    ...deps,
    tokens,
    reconcile: reconcile({ ...deps, mirror: mirrorProjects({ projects, now }), count }),
    startSync: starter(env.SYNC_FUNCTION),
  }),
  log: (message, fields) => logger.warn(message, fields),
  sleep,
});

export const tick = handlers.tick({ poll: poll({ workspaces, features, serve, now }), now });
export const work = handlers.work({ serve });
