import * as z from 'zod/mini';

/** A text that a caller sends, of `max` characters at the most. */
export const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** The name of something in Linear, which has no blanks around it. */
export const linearName = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
