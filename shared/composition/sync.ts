import type { Now } from '../domain/clock.ts';
import { archiveVanished } from '../use-cases/mirror/archive-vanished.ts';
import { runSync } from '../use-cases/mirror/run-sync.ts';
import { runSyncs } from '../use-cases/mirror/run-syncs.ts';
import { withLinear } from '../use-cases/workspaces/with-linear.ts';
import type { LinearClients } from './linear-clients.ts';
import { pagedMirror } from './mirror.ts';
import type { Stores } from './stores.ts';
import type { Telemetry } from './telemetry.ts';
import type { TokenSource } from './token-source.ts';

type Outside = Stores &
  Pick<LinearClients, 'api'> &
  TokenSource &
  Telemetry & {
    /** The deadline of the current invocation (epoch ms). No request to Linear begins after it. */
    deadline?: () => number;
    now: Now;
  };

/** Runs one sync, or all due syncs of a workspace under a lease. */
export const syncUseCases = (outside: Outside) => {
  const deps = { ...outside, ...pagedMirror(outside), linear: withLinear(outside) };
  const run = runSync({ ...deps, archiveVanished: archiveVanished(deps) });
  return {
    runSync: run,
    runSyncs: runSyncs({
      ...deps,
      runSync: run,
      logError: (of, error) => outside.error('sync', { ...of, outcome: 'failed', error }),
    }),
  };
};
