import { AppError } from '../../shared/errors.ts';
import type { HttpEvent, HttpResult } from '../../shared/runtime/http.ts';
import { authorization } from './authorization.ts';
import type { ApiContext, ApiDeps } from './deps.ts';
import { openapiDocument } from './openapi.ts';
import type { ApiRoute, Handle } from './operation.ts';
import { served } from './operations.ts';

let made: ReturnType<typeof openapiDocument> | undefined;
/** Made on the first request for it, because a cold start does not need it. */
const document = () => {
  made ??= openapiDocument();
  return made;
};

const unknownRoute: Handle = async (event) => {
  const { method, path } = event.requestContext.http;
  throw new AppError(
    'not_found',
    `There is no route ${method} ${path}. GET /openapi.json describes every route.`,
  );
};

/** The API for orchestrators and for those who administer workspaces. */
export const api = (deps: ApiDeps) => {
  const context: ApiContext = { ...deps, authorize: authorization(deps), document };

  return async (event: HttpEvent): Promise<HttpResult> => {
    const key = event.routeKey as ApiRoute;
    return key === '$default' ? unknownRoute(event, context) : served[key].handle(event, context);
  };
};
