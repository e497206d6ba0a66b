import type * as z from 'zod/mini';
import { AppError, bounded, type FieldError } from './errors.ts';

const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field: path, message: issue.message }];
    return issue.keys.map((key) => ({
      field: path ? `${path}.${key}` : key,
      message: 'This field is not known.',
    }));
  });

/** The door for outside input. Throws `invalid_input` (400) that names every wrong field at once. */
export const parseInput = <S extends z.core.$ZodType>(
  schema: S & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<S>> },
  value: unknown,
  what: string,
): z.core.output<S> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = fieldErrors(result.error);
  throw new AppError('invalid_input', `${what} is not as it should be: see \`errors\`.`, { fields });
};

/** The door for our own data. A row that does not match is our bug: a plain error, so an opaque 500 and an alarm. */
export const parseRow = <S extends z.core.$ZodType>(
  schema: S & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<S>> },
  row: unknown,
  where: string,
): z.core.output<S> => {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const fields = bounded(fieldErrors(result.error)).map(({ field, message }) => `${field}: ${message}`);
  throw new Error(`A row of ${where} is not as written: ${fields.join('; ')}`);
};
