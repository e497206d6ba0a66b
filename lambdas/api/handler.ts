import { AppError } from '../../shared/errors.ts';
import { type HttpEvent, type HttpResult, json } from '../../shared/runtime/http.ts';
import type { ApiDeps, ApiRoute, Handlers } from './deps.ts';
import { featureRoutes } from './features/features.ts';
import { projectRoutes } from './mirror/projects.ts';
import { openapiDocument } from './openapi.ts';
import { historyRoutes } from './workspaces/history.ts';
import { pickerRoutes } from './workspaces/pickers.ts';
import { workspaceRoutes } from './workspaces/workspaces.ts';

let made: ReturnType<typeof openapiDocument> | undefined;
/** Made when it is asked for: a cold start has no use for it. */
const document = () => {
  made ??= openapiDocument();
  return made;
};

/** The orchestrators' API: a file a resource. A route that none of them has does not compile. */
export const api = (deps: ApiDeps) => {
  const handlers: Required<Handlers> = {
    'GET /healthz': async () => json(200, { status: 'ok' }),
    'GET /openapi.json': async () => json(200, document()),
    ...workspaceRoutes(deps),
    ...historyRoutes(deps),
    ...pickerRoutes(deps),
    ...projectRoutes(deps),
    ...featureRoutes(deps),

    $default: async (event) => {
      const { method, path } = event.requestContext.http;
      throw new AppError(
        'not_found',
        `There is no ${method} ${path} here. GET /openapi.json says what there is.`,
      );
    },
  };

  return async (event: HttpEvent): Promise<HttpResult> => handlers[event.routeKey as ApiRoute](event);
};
