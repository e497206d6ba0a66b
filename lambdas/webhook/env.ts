import * as z from 'zod';

export const WebhookEnv = z.object({
  WORKSPACES_TABLE: z.string().min(1),
  PROJECTS_TABLE: z.string().min(1),
  FEATURES_TABLE: z.string().min(1),
  LINEAR_WEBHOOK_SECRET_ARN: z.string().min(1),
});
