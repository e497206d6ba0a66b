import { database } from '../../shared/composition/database.ts';
import { linearClients } from '../../shared/composition/linear-clients.ts';
import { pollerUseCases } from '../../shared/composition/poller.ts';
import { pollerStores } from '../../shared/composition/poller-stores.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { tokenSource } from '../../shared/composition/token-source.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { eventBus } from '../../shared/runtime/event-bus.ts';
import { invocationTime } from '../../shared/runtime/invocation.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { sleep } from '../../shared/runtime/sleep.ts';
import { TickEnv, WorkEnv } from './env.ts';
import * as handlers from './handler.ts';

const env = readEnv(WorkEnv);
const now = Date.now;
/** No request to Linear is begun with less than this left: one takes up to ten seconds. */
const RESERVE_MS = 15_000;
/** What waits for a token stays due, so a worker gives up sooner than a caller of the API. */
const WAIT_FOR_TOKEN_MS = 5_000;
const { begin, deadline } = invocationTime(RESERVE_MS, now);
const system = { ...telemetry, now, sleep, deadline };
const outside = { ...system, ...pollerStores(database(), env), ...linearClients(env, system) };

const { serve, serveDue, poll } = pollerUseCases({
  ...outside,
  ...tokenSource({ ...outside, waitMs: WAIT_FOR_TOKEN_MS }),
  bus: eventBus(env.EVENT_BUS_NAME),
  invokeSync: starter(env.SYNC_FUNCTION),
});

/** Only the tick hands over, so only its environment names the function: it is read when the first tick comes. */
let handOver: ReturnType<typeof starter<handlers.Work>> | undefined;
export const tick: ReturnType<typeof handlers.tick> = (event, context) => {
  handOver ??= starter<handlers.Work>(readEnv(TickEnv).WORK_FUNCTION);
  return handlers.tick({ poll: poll(handOver), begin })(event, context);
};
export const work = handlers.work({ serve, serveDue, begin });
