import * as z from 'zod/mini';

/** Generous beside what Linear allows, and far below what an item of a table holds. */
export const text = (max: number) => z.string().check(z.maxLength(max));
export const id = z.string().check(z.minLength(1), z.maxLength(100));
/** DynamoDB keeps 38 digits and no number finer than 1e-130. */
export const amount = z.number().check(z.refine((value) => Number.isSafeInteger(value * 100)));
export const named = z.object({ id, name: text(1_000) });
