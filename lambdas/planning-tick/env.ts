import * as z from 'zod/mini';

export const PlanningTickEnv = z.object({
  PLANNING_SESSIONS_TABLE: z.string().check(z.minLength(1)),
  PLANNING_FUNCTION: z.string().check(z.minLength(1)),
});
