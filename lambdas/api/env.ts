import * as z from 'zod/mini';

export const ApiEnv = z.object({
  WORKSPACES_TABLE: z.string().check(z.minLength(1)),
  MEMBERSHIPS_TABLE: z.string().check(z.minLength(1)),
  PROJECTS_TABLE: z.string().check(z.minLength(1)),
  FEATURES_TABLE: z.string().check(z.minLength(1)),
  LEASES_TABLE: z.string().check(z.minLength(1)),
  HISTORY_TABLE: z.string().check(z.minLength(1)),
  CONFLUENCE_SITES_TABLE: z.string().check(z.minLength(1)),
  PLANNING_SESSIONS_TABLE: z.string().check(z.minLength(1)),
  PLANNING_ITEMS_TABLE: z.string().check(z.minLength(1)),
  PLANNING_TEXTS_TABLE: z.string().check(z.minLength(1)),
  SYNC_FUNCTION: z.string().check(z.minLength(1)),
  WORK_FUNCTION: z.string().check(z.minLength(1)),
  PLANNING_FUNCTION: z.string().check(z.minLength(1)),
  LINEAR_APP_SECRET_ARN: z.string().check(z.minLength(1)),
  COMMENT_KEY_SECRET_ARN: z.string().check(z.minLength(1)),
  TOKEN_KEY_ARN: z.string().check(z.minLength(1)),
  LINEAR_API_URL: z.url(),
  CONFLUENCE_SITES: z.string().check(z.minLength(1)),
  CONFLUENCE_GATEWAY_URL: z.url(),
  CONFLUENCE_AUTH_URL: z.url(),
});
