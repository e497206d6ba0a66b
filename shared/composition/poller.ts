import type { Now } from '../domain/clock.ts';
import type { EventBus } from '../runtime/event-bus.ts';
import { dispatch } from '../use-cases/features/dispatch.ts';
import { processFeatures } from '../use-cases/features/processing/process-features.ts';
import { writeBack } from '../use-cases/features/processing/write-back.ts';
import { redispatch } from '../use-cases/features/redispatch.ts';
import { cacheIssues } from '../use-cases/mirror/cache-issues.ts';
import { followRelations } from '../use-cases/mirror/reconcile/follow-relations.ts';
import { reconcile } from '../use-cases/mirror/reconcile/reconcile.ts';
import { renewAwaited } from '../use-cases/mirror/reconcile/renew-awaited.ts';
import type { SyncOf } from '../use-cases/mirror/run-sync.ts';
import { startSync } from '../use-cases/mirror/run-syncs.ts';
import { type DueWorkspace, poll, serveDue } from '../use-cases/schedule/poll.ts';
import { runDuties } from '../use-cases/schedule/run-duties.ts';
import { serveWorkspace } from '../use-cases/schedule/serve-workspace.ts';
import { unpark } from '../use-cases/schedule/unpark.ts';
import { probeRevoked } from '../use-cases/workspaces/probe-revoked.ts';
import { revokeEnded } from '../use-cases/workspaces/revoke-ended.ts';
import { withLinear } from '../use-cases/workspaces/with-linear.ts';
import type { LinearClients } from './linear-clients.ts';
import { pagedMirror } from './mirror.ts';
import type { PollerStores } from './poller-stores.ts';
import type { Telemetry } from './telemetry.ts';
import type { TokenSource } from './token-source.ts';

type Outside = PollerStores &
  LinearClients &
  TokenSource &
  Telemetry & {
    bus: EventBus;
    invokeSync: (of: SyncOf) => Promise<void>;
    sleep: (ms: number) => Promise<void>;
    /** The deadline of the current invocation (epoch ms). No request to Linear begins after it. */
    deadline?: () => number;
    now: Now;
  };

/** Hands workspaces over to another invocation. */
type HandOver = (due: { workspaces: DueWorkspace[] }) => Promise<void>;

/**
 * What the poller does: it processes features, does the duties of workspaces, and serves whatever is due on each
 * tick.
 */
export const pollerUseCases = (outside: Outside) => {
  const { leases, invokeSync, warn, error, now } = outside;
  const deps = {
    ...outside,
    ...pagedMirror(outside),
    cacheIssues: cacheIssues(outside),
    linear: withLinear(outside),
    log: warn,
  };
  const start = startSync({ leases, invoke: invokeSync, now });
  const process = processFeatures({ ...deps, writeBack: writeBack(deps), dispatch: dispatch(deps) });
  const reconcileWorkspace = reconcile({
    ...deps,
    followRelations: followRelations(deps),
    renewAwaited: renewAwaited(deps),
  });
  const serve = serveWorkspace({
    ...deps,
    processFeatures: process,
    runDuties: runDuties({
      ...deps,
      reconcile: reconcileWorkspace,
      redispatch: redispatch(deps),
      revokeEnded: revokeEnded(deps),
      probeRevoked: probeRevoked(deps),
      unpark: unpark(deps),
      startSync: start,
    }),
  });
  const rounds = serveDue({
    serve,
    logError: (workspaceId, why) => error('workspace not served', { workspaceId, error: why }),
    now,
  });
  return {
    processFeatures: process,
    reconcile: reconcileWorkspace,
    serve,
    serveDue: rounds,
    /** A tick. Workspaces that it has no time for go to `handOver`. */
    poll: (handOver: HandOver) => poll({ ...deps, serveDue: rounds, startSync: start, handOver }),
  };
};
