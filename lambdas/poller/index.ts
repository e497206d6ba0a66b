import { database } from '../../shared/composition/database.ts';
import { pagedIngestion } from '../../shared/composition/ingestion.ts';
import { linearAccess } from '../../shared/composition/linear-access.ts';
import { leasesTable } from '../../shared/data/schedule/leases.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { eventBus } from '../../shared/runtime/event-bus.ts';
import { invocationTime } from '../../shared/runtime/invocation.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { dispatch } from '../../shared/use-cases/features/dispatch.ts';
import { processFeatures } from '../../shared/use-cases/features/process-features.ts';
import { redispatch } from '../../shared/use-cases/features/redispatch.ts';
import { writeBack } from '../../shared/use-cases/features/write-back.ts';
import { reconcile } from '../../shared/use-cases/mirror/reconcile.ts';
import type { SyncOf } from '../../shared/use-cases/mirror/run-sync.ts';
import { startSync } from '../../shared/use-cases/mirror/run-syncs.ts';
import { poll, serveDue } from '../../shared/use-cases/schedule/poll.ts';
import { runDuties } from '../../shared/use-cases/schedule/run-duties.ts';
import { serveWorkspace } from '../../shared/use-cases/schedule/serve-workspace.ts';
import { revokeEnded } from '../../shared/use-cases/workspaces/revoke-ended.ts';
import { TickEnv, WorkEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(WorkEnv);
const now = Date.now;
const db = database();
/** No request to Linear is begun with less than this left: one takes up to ten seconds. */
const RESERVE_MS = 15_000;
/** What waits for a token stays due, so a worker gives up sooner than a caller of the API. */
const WAIT_FOR_TOKEN_MS = 5_000;
const { begin, deadline } = invocationTime(RESERVE_MS, now);
const access = linearAccess(db, env, now, { deadline, waitMs: WAIT_FOR_TOKEN_MS });
const deps = { ...access, ...pagedIngestion(db, env, { ...access, now }), now };
const log = (message: string, fields: Record<string, unknown>) => logger.warn(message, fields);
const leases = leasesTable(db, env.LEASES_TABLE);
const start = startSync({ leases, invoke: starter<SyncOf>(env.SYNC_FUNCTION), now });

const serve = serveWorkspace({
  ...deps,
  leases,
  processFeatures: processFeatures({
    ...deps,
    writeBack: writeBack(deps),
    dispatch: dispatch({ ...deps, bus: eventBus(env.EVENT_BUS_NAME) }),
  }),
  runDuties: runDuties({
    ...deps,
    reconcile: reconcile({ ...deps, count }),
    redispatch: redispatch(deps),
    revokeEnded: revokeEnded(deps),
    startSync: start,
    log,
  }),
  log,
  sleep,
});
const rounds = serveDue({
  serve,
  logError: (workspaceId, error) =>
    logger.error('workspace not served', { workspaceId, error: error as Error }),
  now,
});

/** Only the tick hands over, so only its environment names the function: it is read when the first tick comes. */
let handOver: ReturnType<typeof starter<handlers.Work>> | undefined;
export const tick: ReturnType<typeof handlers.tick> = (event, context) => {
  handOver ??= starter<handlers.Work>(readEnv(TickEnv).WORK_FUNCTION);
  return handlers.tick({ poll: poll({ ...deps, serveDue: rounds, startSync: start, handOver }), begin })(
    event,
    context,
  );
};
export const work = handlers.work({ serve, serveDue: rounds, begin });
