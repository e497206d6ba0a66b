/** The functions that answer HTTP; `sync` and `poller` are invoked, never routed to. */
export type HttpLambda = 'api' | 'oauth' | 'webhook';

type Scope = 'features:read' | 'features:write' | 'workspaces:read' | 'workspaces:admin';

/** `scope` is what a caller's token must carry; `public` routes take no token. */
export type Route = { lambda: HttpLambda; scope: Scope | 'public' };

/** The whole HTTP surface. `$default` is every other path, so that an unknown one is answered in our form. */
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
  // Every invited subject can answer, and every member leave, with the scope that shows it its workspaces.
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

  $default: { lambda: 'api', scope: 'public' },
} as const satisfies Record<string, Route>;

export type RouteKey = keyof typeof routes;
