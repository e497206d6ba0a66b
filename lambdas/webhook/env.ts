import * as z from 'zod/mini';

export const WebhookEnv = z.object({
  WORKSPACES_TABLE: z.string().check(z.minLength(1)),
  PROJECTS_TABLE: z.string().check(z.minLength(1)),
  FEATURES_TABLE: z.string().check(z.minLength(1)),
  LINEAR_ISSUES_TABLE: z.string().check(z.minLength(1)),
  WORK_FUNCTION: z.string().check(z.minLength(1)),
  LINEAR_WEBHOOK_SECRET_ARN: z.string().check(z.minLength(1)),
});
