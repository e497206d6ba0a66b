import type * as z from 'zod/mini';
import type { HttpEvent, HttpResult } from '../../shared/runtime/http.ts';
import type { RouteKey, routes } from '../routes.ts';
import type { answers, bodies } from './components.ts';
import type { ApiContext } from './deps.ts';

/** The routes that this function serves. */
export type ApiRoute = {
  [K in RouteKey]: (typeof routes)[K]['lambda'] extends 'api' ? K : never;
}[RouteKey];

/** What the OpenAPI document says about a route. Refusals that any route may give are not repeated here. */
export type Operation = {
  summary: string;
  query?: z.ZodMiniObject;
  /** `Linear` is a delivery: its schema is Linear's own. */
  body?: keyof typeof bodies | 'Linear';
  answers: Readonly<Record<number, keyof typeof answers | 'page' | 'nothing'>>;
  /** Whether it answers Markdown to a caller that asks for it. */
  markdown?: true;
  /** When the route answers 409. */
  conflict?: string;
};

export type Handle = (event: HttpEvent, context: ApiContext) => Promise<HttpResult>;

/** What the document says about a route, and what serves it. */
export type ServedOperation = Operation & { handle: Handle };

export type Operations = { [K in ApiRoute]?: ServedOperation };
