import type * as z from 'zod/mini';

/** Why something of Linear's cannot be read, for people. Names the field and never its value. */
export const whyUnreadable = ({ issues: [fault] }: Pick<z.core.$ZodError, 'issues'>): string =>
  `Linear says something unexpected of it: ${fault?.path.join('.')}: ${fault?.message}`;
