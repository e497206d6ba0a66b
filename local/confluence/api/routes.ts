import { pathMatcher } from '../../stand-in/path-routes.ts';
import type { ApiRoute } from './call.ts';
import { type ApiError, notImplemented } from './errors.ts';
import { createRoutes } from './pages/create-and-delete.ts';
import { pageRoutes } from './pages/pages.ts';
import { propertyRoutes } from './pages/properties.ts';
import { treeRoutes } from './pages/tree.ts';
import { updateRoutes } from './pages/update-page.ts';
import { versionRoutes } from './pages/versions.ts';
import { spaceRoutes } from './spaces.ts';
import { taskRoutes } from './tasks.ts';
import { userRoutes } from './users.ts';
import { labelRoutes } from './v1/labels.ts';
import { searchRoutes } from './v1/search.ts';
import { gone, v1Routes } from './v1/v1.ts';

const routes: ApiRoute[] = [
  ...pageRoutes,
  ...createRoutes,
  ...updateRoutes,
  ...versionRoutes,
  ...treeRoutes,
  ...propertyRoutes,
  ...spaceRoutes,
  ...taskRoutes,
  ...userRoutes,
  ...searchRoutes,
  ...labelRoutes,
  ...v1Routes,
];

/** The route of a request to the API, and the named parts of its path. */
export const routeOf = pathMatcher(routes);

/** What a path without a route answers: never an empty list, which would be a lie. */
export const withoutRoute = (method: string, path: string): ApiError => {
  if (!path.startsWith('/wiki/rest/')) return notImplemented(`${method} ${path}`);
  const isContent = /^\/wiki\/rest\/api\/content(\/[^/]+)?(\/child\/\w+)?$/.test(path);
  return isContent ? gone() : notImplemented(`${method} ${path}`, 'v1');
};

export const isApiPath = (path: string): boolean =>
  path.startsWith('/wiki/api/') || path.startsWith('/wiki/rest/');
