import { database } from '../../shared/composition/database.ts';
import { linearClients } from '../../shared/composition/linear-clients.ts';
import { stores } from '../../shared/composition/stores.ts';
import { syncUseCases } from '../../shared/composition/sync.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { tokenSource } from '../../shared/composition/token-source.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { invocationTime } from '../../shared/runtime/invocation.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { SyncEnv } from './env.ts';
import { sync } from './handler.ts';

const env = readEnv(SyncEnv);
const now = Date.now;
/** Left for the last page to be written and for the answer. */
const RESERVE_MS = 30_000;
const { begin, deadline } = invocationTime(RESERVE_MS, now);
const system = { ...telemetry, now, sleep, deadline };
const outside = { ...system, ...stores(database(), env), ...linearClients(env, system) };

const { runSyncs } = syncUseCases({ ...outside, ...tokenSource(outside) });
export const handler = sync({ run: runSyncs, begin });
