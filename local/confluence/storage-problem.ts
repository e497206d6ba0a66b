import { parseStorage, StorageError } from './storage/parse.ts';

/** What is wrong with a body in storage format; undefined if nothing is. */
export const problemOf = (storage: string): string | undefined => {
  try {
    parseStorage(storage);
    return undefined;
  } catch (error) {
    if (error instanceof StorageError) return error.message;
    throw error;
  }
};
