import { notFound } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import { type HttpEvent, jsonBody } from '../../shared/runtime/http.ts';
import { Nothing } from './schemas.ts';

type Parameter = 'id' | 'historyId' | 'linearProjectId' | 'linearIssueId';

/** Ours have 26 characters; a longer one is no key that a table would take. */
export const idOf = ({ pathParameters }: HttpEvent, parameter: Parameter = 'id'): string => {
  const id = pathParameters?.[parameter] ?? '';
  if (id === '' || id.length > 100) throw notFound('thing');
  return id;
};

export const queryOf = (event: HttpEvent) => event.queryStringParameters ?? {};

/** For what takes no input: no body, or an empty object. */
export const takesNothing = (event: HttpEvent): void => {
  if (event.body) parseInput(Nothing, jsonBody(event), 'The body');
};
