/** The functions that answer HTTP. `sync` and `poller` are only invoked. */
export type HttpLambda = 'api' | 'oauth' | 'webhook';

type Scope =
  | 'features:read'
  | 'features:write'
  | 'plans:read'
  | 'plans:write'
  | 'workspaces:read'
  | 'workspaces:admin';

/** `scope` is the scope that a caller's token must have; a `public` route needs no token. */
export type Route = { lambda: HttpLambda; scope: Scope | 'public' };

/** Every HTTP route. `$default` catches all other paths, so that their 404 has the form of our errors. */
export const routes = {
  'GET /healthz': { lambda: 'api', scope: 'public' },
  'GET /openapi.json': { lambda: 'api', scope: 'public' },

  'GET /connect/{link}': { lambda: 'oauth', scope: 'public' },
  'POST /connect/{link}': { lambda: 'oauth', scope: 'public' },
  'GET /oauth/linear/callback': { lambda: 'oauth', scope: 'public' },
  'POST /workspaces/connect-links': { lambda: 'oauth', scope: 'workspaces:admin' },

  'POST /webhooks/linear': { lambda: 'webhook', scope: 'public' },

  'GET /workspaces': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}': { lambda: 'api', scope: 'workspaces:read' },
  'PATCH /workspaces/{id}': { lambda: 'api', scope: 'workspaces:admin' },
  'DELETE /workspaces/{id}/connection': { lambda: 'api', scope: 'workspaces:admin' },
  'GET /workspaces/{id}/members': { lambda: 'api', scope: 'workspaces:admin' },
  'PUT /workspaces/{id}/owner': { lambda: 'api', scope: 'workspaces:admin' },
  // Invited subjects accept, and members leave, with the scope that lets them read their workspaces.
  'PUT /workspaces/{id}/membership': { lambda: 'api', scope: 'workspaces:read' },
  'DELETE /workspaces/{id}/membership': { lambda: 'api', scope: 'workspaces:read' },
  'PUT /workspaces/{id}/members/{sub}': { lambda: 'api', scope: 'workspaces:admin' },
  'DELETE /workspaces/{id}/members/{sub}': { lambda: 'api', scope: 'workspaces:admin' },
  'POST /workspaces/{id}/sync': { lambda: 'api', scope: 'workspaces:admin' },
  'GET /workspaces/{id}/history': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/history/{historyId}': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear/teams': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear/projects': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear/labels': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear/states': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear/issues': { lambda: 'api', scope: 'workspaces:read' },
  'GET /workspaces/{id}/linear-issues/{linearIssueId}': { lambda: 'api', scope: 'plans:read' },

  'PUT /workspaces/{id}/confluence': { lambda: 'api', scope: 'workspaces:admin' },
  'GET /workspaces/{id}/confluence': { lambda: 'api', scope: 'workspaces:read' },
  'DELETE /workspaces/{id}/confluence': { lambda: 'api', scope: 'workspaces:admin' },

  'GET /projects': { lambda: 'api', scope: 'features:read' },
  'GET /projects/{id}': { lambda: 'api', scope: 'features:read' },
  'PATCH /projects/{id}': { lambda: 'api', scope: 'workspaces:admin' },
  'POST /projects/{id}/sync': { lambda: 'api', scope: 'workspaces:admin' },
  'GET /projects/by-linear-project/{linearProjectId}': { lambda: 'api', scope: 'features:read' },
  'GET /projects/{id}/features': { lambda: 'api', scope: 'features:read' },
  'POST /projects/{id}/features/claim': { lambda: 'api', scope: 'features:write' },

  'POST /features/from-linear': { lambda: 'api', scope: 'features:write' },
  'PATCH /features/{id}/from-linear': { lambda: 'api', scope: 'features:write' },
  'GET /features/{id}': { lambda: 'api', scope: 'features:read' },
  'GET /features/by-linear-issue/{linearIssueId}': { lambda: 'api', scope: 'features:read' },
  'PATCH /features/{id}/status': { lambda: 'api', scope: 'features:write' },
  'POST /features/{id}/release': { lambda: 'api', scope: 'features:write' },

  'POST /workspaces/{id}/planning-sessions': { lambda: 'api', scope: 'plans:write' },
  'GET /workspaces/{id}/planning-sessions': { lambda: 'api', scope: 'plans:read' },
  'GET /planning-sessions/{id}': { lambda: 'api', scope: 'plans:read' },
  'PATCH /planning-sessions/{id}': { lambda: 'api', scope: 'plans:write' },
  'DELETE /planning-sessions/{id}': { lambda: 'api', scope: 'plans:write' },
  'POST /planning-sessions/{id}/sync': { lambda: 'api', scope: 'plans:write' },
  'GET /planning-sessions/{id}/coverage': { lambda: 'api', scope: 'plans:read' },
  'GET /planning-sessions/{id}/items': { lambda: 'api', scope: 'plans:read' },
  'GET /planning-sessions/{id}/items/{itemId}': { lambda: 'api', scope: 'plans:read' },
  'PATCH /planning-sessions/{id}/items/{itemId}': { lambda: 'api', scope: 'plans:write' },

  $default: { lambda: 'api', scope: 'public' },
} as const satisfies Record<string, Route>;

export type RouteKey = keyof typeof routes;
