import { database } from '../../shared/composition/database.ts';
import { planningTickUseCases } from '../../shared/composition/planning-tick.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { starter } from '../../shared/runtime/invoke.ts';
import { PlanningTickEnv } from './env.ts';
import { planningTick } from './handler.ts';

const env = readEnv(PlanningTickEnv);

export const handler = planningTick(
  planningTickUseCases(database(), env, { handOver: starter(env.PLANNING_FUNCTION), now: Date.now }),
);
