import { dynamo } from '../../shared/data/client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { archiveVanished } from '../../shared/use-cases/archive-vanished.ts';
import { runSync } from '../../shared/use-cases/run-sync.ts';
import { linearAccess } from '../../shared/wiring.ts';
import { pagedIngestion } from '../../shared/wiring-ingestion.ts';
import { SyncEnv } from './env.ts';
import { sync } from './handler.ts';

const env = readEnv(SyncEnv);
const now = Date.now;
const db = dynamo();
const access = linearAccess(db, env, now);
const deps = { ...access, ...pagedIngestion(db, env, { ...access, now }), now };

export const handler = sync({ run: runSync({ ...deps, archiveVanished: archiveVanished(deps) }), now });
