import { notFound } from '../../shared/errors.ts';
import type { HttpEvent } from '../../shared/runtime/http.ts';

/** Ours have 26 characters; a longer one is no key that a table would take. */
export const idOf = ({ pathParameters }: HttpEvent, parameter: 'id' | 'historyId' = 'id'): string => {
  const id = pathParameters?.[parameter] ?? '';
  if (id === '' || id.length > 100) throw notFound('thing');
  return id;
};

export const queryOf = (event: HttpEvent) => event.queryStringParameters ?? {};
