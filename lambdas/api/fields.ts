import * as z from 'zod/mini';

/** A text that a caller sends, of `max` characters at most. */
export const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** The name of something in Linear, without blanks around it. */
export const linearName = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));

export const page = {
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
  cursor: z.optional(z.string()),
};
/** The query of a list. */
export const PageQuery = z.strictObject(page);

/** One page of a list, as it is answered. */
export const listOf = <S extends z.ZodMiniType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });

export const time = z.iso.datetime();
/** What every record of ours carries. */
export const record = { createdAt: time, updatedAt: time };

/** A workflow state of Linear, as it is answered. */
export const state = z.object({ id: z.string(), name: z.string(), type: z.string() });
