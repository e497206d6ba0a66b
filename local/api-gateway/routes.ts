import type { Matched } from './http-event.ts';

export type RouteProperties = {
  RouteKey: string;
  AuthorizationType: 'NONE' | 'JWT';
  AuthorizationScopes?: string[];
  /** `integrations/<id>` */
  Target: string;
};

/** Finds the route of a request as an HTTP API does: the most specific one, or else `$default`. */
export const createRouter = <Route extends RouteProperties>(routes: readonly Route[]) => {
  const greedy = routes.find(({ RouteKey }) => RouteKey.includes('+}'));
  if (greedy)
    throw new Error(`The local gateway does not support greedy path variables: ${greedy.RouteKey}.`);
  const fallback = routes.find(({ RouteKey }) => RouteKey === '$default');
  const patterns = routes
    .filter((route) => route !== fallback)
    .map((route) => ({ route, ...parse(route.RouteKey) }))
    // "{" sorts after letters, so a literal segment comes before a variable one.
    .sort((one, other) => (one.path < other.path ? -1 : 1));

  return (method: string, pathname: string): (Matched & { route: Route }) | undefined => {
    const segments = pathname.split('/');
    for (const { route, verb, parts } of patterns) {
      if ((verb !== method && verb !== 'ANY') || parts.length !== segments.length) continue;
      const pathParameters: Record<string, string> = {};
      const matches = parts.every((part, index) => {
        const segment = segments[index] ?? '';
        if (!part.startsWith('{')) return part === segment;
        pathParameters[part.slice(1, -1)] = decoded(segment);
        return segment !== '';
      });
      if (matches) return { route, routeKey: route.RouteKey, pathParameters };
    }
    return fallback && { route: fallback, routeKey: '$default', pathParameters: {} };
  };
};

const parse = (routeKey: string) => {
  const [verb = '', path = ''] = routeKey.split(' ');
  return { verb, path, parts: path.split('/') };
};

const decoded = (segment: string) => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
