import * as z from 'zod/mini';

/** `IssueLabel` in a webhook body: the fields we map. */
export const LabelPayload = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  name: z.string().check(z.maxLength(1_000)),
  archivedAt: z.optional(z.nullable(z.string())),
});
