import { type HttpRequest, type HttpResponse, json } from './http.ts';

/** Routes by method and exact path, such as `GET /_local/clock`. */
export type Routes = Record<string, (request: HttpRequest) => HttpResponse | Promise<HttpResponse>>;

/** Answers a request by its route. Without a route the answer is a 404 that lists the routes. */
export const answerByRoute = async (routes: Routes, request: HttpRequest): Promise<HttpResponse> => {
  const { pathname } = request.url;
  const name = `${request.method} ${pathname}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (route) return route(request);
  const known = Object.keys(routes).join(', ');
  return json(404, { error: `no ${request.method} ${pathname}; there are ${known}` });
};
