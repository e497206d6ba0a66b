import * as z from 'zod/mini';

export const PlanningEnv = z.object({
  WORKSPACES_TABLE: z.string().check(z.minLength(1)),
  CONFLUENCE_SITES_TABLE: z.string().check(z.minLength(1)),
  PLANNING_SESSIONS_TABLE: z.string().check(z.minLength(1)),
  PLANNING_ITEMS_TABLE: z.string().check(z.minLength(1)),
  PLANNING_TEXTS_TABLE: z.string().check(z.minLength(1)),
  LEASES_TABLE: z.string().check(z.minLength(1)),
  HISTORY_TABLE: z.string().check(z.minLength(1)),
  TOKEN_KEY_ARN: z.string().check(z.minLength(1)),
  CONFLUENCE_SITES: z.string().check(z.minLength(1)),
  CONFLUENCE_GATEWAY_URL: z.url(),
  CONFLUENCE_AUTH_URL: z.url(),
});
