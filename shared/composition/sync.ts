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
    /** Of the invocation under way, in epoch milliseconds: no request to Linear is begun after it. */
    deadline?: () => number;
    now: Now;
  };

/** One sync, and all that a workspace is due under a lease. */
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
