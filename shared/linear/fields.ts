import * as z from 'zod/mini';

/** Limits are far above Linear's own, and far below what a DynamoDB item can hold. */
export const text = (max: number) => z.string().check(z.maxLength(max));
export const id = z.string().check(z.minLength(1), z.maxLength(100));
/** DynamoDB stores 38 digits, and no number smaller than 1e-130. */
export const amount = z.number().check(z.refine((value) => Number.isSafeInteger(value * 100)));
export const named = z.object({ id, name: text(1_000) });
