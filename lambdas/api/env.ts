import * as z from 'zod';

export const ApiEnv = z.object({
  WORKSPACES_TABLE: z.string().min(1),
  MEMBERSHIPS_TABLE: z.string().min(1),
  PROJECTS_TABLE: z.string().min(1),
  FEATURES_TABLE: z.string().min(1),
  HISTORY_TABLE: z.string().min(1),
  SYNC_FUNCTION: z.string().min(1),
  WORK_FUNCTION: z.string().min(1),
});
