import { dynamo } from '../../shared/data/client.ts';
import { leasesTable } from '../../shared/data/leases.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { look } from '../../shared/use-cases/look.ts';
import { lookAtWorkspace } from '../../shared/use-cases/look-at-workspace.ts';
import { poll } from '../../shared/use-cases/poll.ts';
import { reconcile } from '../../shared/use-cases/reconcile.ts';
import type { SyncOf } from '../../shared/use-cases/run-sync.ts';
import { serveWorkspace } from '../../shared/use-cases/serve-workspace.ts';
import { writeBack } from '../../shared/use-cases/write-back.ts';
import { linearAccess } from '../../shared/wiring.ts';
import { ingestion } from '../../shared/wiring-ingestion.ts';
import { PollerEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(PollerEnv);
const now = Date.now;
const db = dynamo();
const access = linearAccess(db, env, now);
const deps = { ...access, ...ingestion(db, env, { ...access, now }), now };
const startSync = starter<SyncOf>(env.SYNC_FUNCTION);

const serve = serveWorkspace({
  ...deps,
  leases: leasesTable(db, env.LEASES_TABLE),
  look: look({ ...deps, writeBack: writeBack(deps) }),
  lookAtWorkspace: lookAtWorkspace({
    ...deps,
    reconcile: reconcile({ ...deps, count }),
    startSync,
  }),
  log: (message, fields) => logger.warn(message, fields),
  sleep,
});

export const tick = handlers.tick({ poll: poll({ ...deps, serve, startSync }), now });
export const work = handlers.work({ serve });
