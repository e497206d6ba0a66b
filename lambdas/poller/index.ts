import { dynamo } from '../../shared/data/client.ts';
import { leasesTable } from '../../shared/data/leases.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { eventBus } from '../../shared/runtime/event-bus.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { dispatch } from '../../shared/use-cases/dispatch.ts';
import { look } from '../../shared/use-cases/look.ts';
import { lookAtWorkspace } from '../../shared/use-cases/look-at-workspace.ts';
import { poll, serveDue } from '../../shared/use-cases/poll.ts';
import { reconcile } from '../../shared/use-cases/reconcile.ts';
import { redispatch } from '../../shared/use-cases/redispatch.ts';
import type { SyncOf } from '../../shared/use-cases/run-sync.ts';
import { serveWorkspace } from '../../shared/use-cases/serve-workspace.ts';
import { writeBack } from '../../shared/use-cases/write-back.ts';
import { linearAccess } from '../../shared/wiring.ts';
import { pagedIngestion } from '../../shared/wiring-ingestion.ts';
import { TickEnv, WorkEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(WorkEnv);
const now = Date.now;
const db = dynamo();
const access = linearAccess(db, env, now);
const deps = { ...access, ...pagedIngestion(db, env, { ...access, now }), now };
const startSync = starter<SyncOf>(env.SYNC_FUNCTION);

const serve = serveWorkspace({
  ...deps,
  leases: leasesTable(db, env.LEASES_TABLE),
  look: look({
    ...deps,
    writeBack: writeBack(deps),
    dispatch: dispatch({ ...deps, bus: eventBus(env.EVENT_BUS_NAME) }),
  }),
  lookAtWorkspace: lookAtWorkspace({
    ...deps,
    reconcile: reconcile({ ...deps, count }),
    redispatch: redispatch(deps),
    startSync,
  }),
  log: (message, fields) => logger.warn(message, fields),
  sleep,
});
const rounds = serveDue({ serve, now });

export const tick: ReturnType<typeof handlers.tick> = (event, context) => {
  // Only the tick hands over, so only its environment names the function.
  const handOver = starter<handlers.Work>(readEnv(TickEnv).WORK_FUNCTION);
  return handlers.tick({ poll: poll({ ...deps, serveDue: rounds, startSync, handOver }), now })(
    event,
    context,
  );
};
export const work = handlers.work({ serve, serveDue: rounds, now });
