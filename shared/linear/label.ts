import * as z from 'zod/mini';
import { named } from './issue.ts';

/** `IssueLabel` in a webhook body: the fields we map. */
export const LabelPayload = z.object({
  ...named.shape,
  archivedAt: z.optional(z.nullable(z.string())),
});
