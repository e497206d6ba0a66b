import type * as z from 'zod/mini';

/** Why something from Linear cannot be parsed, for people. Names the field and never its value. */
export const whyUnreadable = ({ issues: [fault] }: Pick<z.core.$ZodError, 'issues'>): string =>
  `Linear sent it in an unexpected form: ${fault?.path.join('.')}: ${fault?.message}`;
