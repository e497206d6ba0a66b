import * as z from 'zod';

export const OauthEnv = z.object({
  WORKSPACES_TABLE: z.string().min(1),
  MEMBERSHIPS_TABLE: z.string().min(1),
  OAUTH_STATES_TABLE: z.string().min(1),
  HISTORY_TABLE: z.string().min(1),
  LINEAR_APP_SECRET_ARN: z.string().min(1),
  TOKEN_KEY_ARN: z.string().min(1),
  SYNC_FUNCTION: z.string().min(1),
  LINEAR_APP_URL: z.url(),
  LINEAR_API_URL: z.url(),
  PUBLIC_URL: z.url(),
});
