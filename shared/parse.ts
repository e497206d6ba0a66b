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

/** Validates input from outside. Throws `invalid_input` (400), which names every wrong field. */
export const parseInput = <S extends z.core.$ZodType>(
  schema: S & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<S>> },
  value: unknown,
  what: string,
): z.core.output<S> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = fieldErrors(result.error);
  throw new AppError('invalid_input', `${what} is not valid: \`errors\` names each wrong field.`, { fields });
};

/** Validates a row of our own. One that does not match is our bug, so a plain error: an opaque 500 and an alarm. */
export const parseRow = <S extends z.core.$ZodType>(
  schema: S & { safeParse(value: unknown): z.core.util.SafeParseResult<z.core.output<S>> },
  row: unknown,
  where: string,
): z.core.output<S> => {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const fields = bounded(fieldErrors(result.error)).map(({ field, message }) => `${field}: ${message}`);
  throw new Error(`A row of ${where} does not match its schema: ${fields.join('; ')}`);
};
