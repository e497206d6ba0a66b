import type { HttpRequest, HttpResponse } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import type { Fault } from '../faults.ts';
import type { Identity } from '../oauth/authenticate.ts';
import type { Scopes } from '../oauth/scopes.ts';
import { invalid } from './errors.ts';

/** One request to an API route, by somebody who may send it. */
export interface Call {
  confluence: Confluence;
  request: HttpRequest;
  /** The path without the prefix of the gateway. */
  path: string;
  query: URLSearchParams;
  /** The parts of the path that the route names. */
  parameters: Record<string, string>;
  caller: Identity;
  fault: Fault | undefined;
}

export interface ApiRoute {
  /** Such as `GET /wiki/api/v2/pages/{id}`. */
  route: string;
  scopes: Scopes;
  /** Whether its answer has pages of results. */
  isList?: boolean;
  handle: (call: Call) => HttpResponse;
}

/** The answer as Confluence writes it: its keys have no stable order. */
export const answer = (
  status: number,
  value: object,
  headers: Record<string, string> = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(shuffled(value)),
});

export const noContent = (): HttpResponse => ({ status: 204, headers: {}, body: '' });

/** The value of a content property is the client's own and stays as it is. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, one]) => [key, key === 'value' ? one : shuffled(one)]);
  for (let last = entries.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [entries[last], entries[other]] = [entries[other] as string[], entries[last] as string[]];
  }
  return Object.fromEntries(entries);
};

/** The JSON body of a request. Throws a 400 if it is none, or no object. */
export const bodyOf = ({ request }: Call): Record<string, unknown> => {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw invalid('the request body is not valid JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('the request body must be a JSON object');
  return body as Record<string, unknown>;
};
