import { AppError } from '../../../errors.ts';

/** What is wrong about one field of a request. */
export const invalid = (field: string, message: string): AppError =>
  new AppError('invalid_input', message, { fields: [{ field, message }] });
