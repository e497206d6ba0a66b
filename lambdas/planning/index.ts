import { confluenceClients } from '../../shared/composition/confluence-clients.ts';
import { database } from '../../shared/composition/database.ts';
import { plannerStores, planningUseCases } from '../../shared/composition/planning.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { invocationTime } from '../../shared/runtime/invocation.ts';
import { logger } from '../../shared/runtime/logger.ts';
import { PlanningEnv } from './env.ts';
import { planning } from './handler.ts';

const env = readEnv(PlanningEnv);
const now = Date.now;
/** No page is begun with less than this left: fetching, reading and comparing a large one takes that long. */
const RESERVE_MS = 45_000;
const { begin, deadline } = invocationTime(RESERVE_MS, now);
const system = { ...telemetry, info: logger.info.bind(logger), now, deadline };
const outside = { ...system, ...plannerStores(database(), env), ...confluenceClients(env, system) };

export const handler = planning({ serve: planningUseCases(outside).serve, begin });
