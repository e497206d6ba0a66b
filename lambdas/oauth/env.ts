import * as z from 'zod/mini';

export const OauthEnv = z.object({
  WORKSPACES_TABLE: z.string().check(z.minLength(1)),
  MEMBERSHIPS_TABLE: z.string().check(z.minLength(1)),
  OAUTH_STATES_TABLE: z.string().check(z.minLength(1)),
  HISTORY_TABLE: z.string().check(z.minLength(1)),
  LINEAR_APP_SECRET_ARN: z.string().check(z.minLength(1)),
  TOKEN_KEY_ARN: z.string().check(z.minLength(1)),
  SYNC_FUNCTION: z.string().check(z.minLength(1)),
  LINEAR_APP_URL: z.url(),
  LINEAR_API_URL: z.url(),
  PUBLIC_URL: z.url(),
});
