import * as z from 'zod/mini';
import { notFound } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import { type HttpEvent, jsonBody } from '../../shared/runtime/http.ts';

type Parameter = 'id' | 'itemId' | 'historyId' | 'linearProjectId' | 'linearIssueId';

/** Our ids have 26 characters. One that is far longer cannot be a key, so no table is asked for it. */
export const idOf = ({ pathParameters }: HttpEvent, parameter: Parameter = 'id'): string => {
  const id = pathParameters?.[parameter] ?? '';
  if (id === '' || id.length > 100) throw notFound('thing');
  return id;
};

export const queryOf = (event: HttpEvent) => event.queryStringParameters ?? {};

const Nothing = z.strictObject({});

/** For a route that takes no input: there is no body, or it is an empty object. */
export const takesNothing = (event: HttpEvent): void => {
  if (event.body) parseInput(Nothing, jsonBody(event), 'The body');
};
