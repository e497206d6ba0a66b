import * as z from 'zod/mini';

/** What most fields of our rows are. Made once for all of them: a cold start pays for every schema that is made. */
export const text = z.string();
export const maybeText = z.optional(text);
export const number = z.number();
export const flag = z.boolean();
