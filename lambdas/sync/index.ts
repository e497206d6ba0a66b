import { database } from '../../shared/composition/database.ts';
import { pagedIngestion } from '../../shared/composition/ingestion.ts';
import { linearAccess } from '../../shared/composition/linear-access.ts';
import { leasesTable } from '../../shared/data/schedule/leases.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { invocationTime } from '../../shared/runtime/invocation.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { archiveVanished } from '../../shared/use-cases/mirror/archive-vanished.ts';
import { runSync } from '../../shared/use-cases/mirror/run-sync.ts';
import { runSyncs } from '../../shared/use-cases/mirror/run-syncs.ts';
import { SyncEnv } from './env.ts';
import { sync } from './handler.ts';

const env = readEnv(SyncEnv);
const now = Date.now;
const db = database();
/** Left for the last page to be written and for the answer. */
const RESERVE_MS = 30_000;
const { begin, deadline } = invocationTime(RESERVE_MS, now);
const access = linearAccess(db, env, now, { deadline });
const deps = { ...access, ...pagedIngestion(db, env, { ...access, now }), now };

export const handler = sync({
  run: runSyncs({
    ...deps,
    leases: leasesTable(db, env.LEASES_TABLE),
    runSync: runSync({ ...deps, archiveVanished: archiveVanished(deps) }),
    logError: (of, error) => logger.error('sync', { ...of, outcome: 'failed', error: error as Error }),
  }),
  begin,
});
