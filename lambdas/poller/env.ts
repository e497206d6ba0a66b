import * as z from 'zod/mini';

export const WorkEnv = z.object({
  WORKSPACES_TABLE: z.string().check(z.minLength(1)),
  PROJECTS_TABLE: z.string().check(z.minLength(1)),
  FEATURES_TABLE: z.string().check(z.minLength(1)),
  LINEAR_ISSUES_TABLE: z.string().check(z.minLength(1)),
  DEPENDENCIES_TABLE: z.string().check(z.minLength(1)),
  LEASES_TABLE: z.string().check(z.minLength(1)),
  HISTORY_TABLE: z.string().check(z.minLength(1)),
  LINEAR_APP_SECRET_ARN: z.string().check(z.minLength(1)),
  TOKEN_KEY_ARN: z.string().check(z.minLength(1)),
  SYNC_FUNCTION: z.string().check(z.minLength(1)),
  EVENT_BUS_NAME: z.string().check(z.minLength(1)),
  LINEAR_API_URL: z.url(),
});

/** The tick hands over to the other function the workspaces that it has no time for. */
export const TickEnv = z.extend(WorkEnv, { WORK_FUNCTION: z.string().check(z.minLength(1)) });
