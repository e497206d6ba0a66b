import type { HttpRequest, HttpResponse } from '../stand-in/http.ts';
import { accessibleResources, tenantInfo } from './api/edge.ts';
import { answerApi, type Seen } from './api/endpoint.ts';
import { errorAnswer, notFound } from './api/errors.ts';
import { faultAfter, faultBefore } from './api/fault-answers.ts';
import { isApiPath } from './api/routes.ts';
import type { Confluence } from './confluence.ts';
import { controlAnswerer } from './control/control.ts';
import { tokenEndpoint } from './oauth/token.ts';
import { answerPage } from './page/pages.ts';

const GATEWAY = /^\/ex\/confluence\/([^/]+)(\/.*)$/;

/** Answers a request to any of the three hosts that one port plays, or to the control API. */
export const answerer = (confluence: Confluence, onClock: (offsetMs: number) => Promise<void>) => {
  const control = controlAnswerer(confluence, onClock);
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const { pathname } = request.url;
    if (pathname.startsWith('/_local/')) return control(request);
    const [, cloudId, inner = pathname] = GATEWAY.exec(pathname) ?? [];
    const host = cloudId === undefined ? 'site' : 'gateway';
    if (isApiPath(inner)) {
      return logged(confluence, request, host, inner, (seen) => {
        if (cloudId !== undefined && cloudId !== confluence.cloudId)
          return errorAnswer(notFound(), confluence.switches.values.errorStatusType);
        return answerApi(confluence, request, { host, path: inner }, seen);
      });
    }
    const edge = edgeRoutes[`${request.method} ${pathname}`];
    if (edge)
      return logged(confluence, request, host, pathname, (seen) =>
        withFaults(confluence, request, seen, edge),
      );
    const none = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' };
    return answerPage(confluence, request) ?? none;
  };
};

const edgeRoutes: Record<string, (confluence: Confluence, request: HttpRequest) => HttpResponse> = {
  'POST /oauth/token': tokenEndpoint,
  'GET /oauth/token/accessible-resources': accessibleResources,
  'GET /_edge/tenant_info': tenantInfo,
};

const withFaults = async (
  confluence: Confluence,
  request: HttpRequest,
  seen: Seen,
  edge: (confluence: Confluence, request: HttpRequest) => HttpResponse,
): Promise<HttpResponse> => {
  const { method, url } = request;
  const fault = confluence.faults.takeFor({ method, path: url.pathname, isList: false });
  seen.fault = fault;
  const early = fault && (await faultBefore(confluence, request, fault));
  if (early) return early;
  const response = edge(confluence, request);
  return fault ? faultAfter(response, fault) : response;
};

const logged = async (
  confluence: Confluence,
  request: HttpRequest,
  host: 'site' | 'gateway',
  path: string,
  answer: (seen: Seen) => HttpResponse | Promise<HttpResponse>,
): Promise<HttpResponse> => {
  const seen: Seen = {};
  const startedAt = performance.now();
  const at = confluence.clock.iso();
  const response = await answer(seen);
  confluence.requests.add({
    at,
    method: request.method,
    path,
    query: request.url.search,
    host,
    who: seen.identity?.person.id ?? null,
    scopes: seen.identity?.scopes ? [...seen.identity.scopes] : null,
    status: response.cutAfterMs === undefined ? response.status : null,
    durationMs: Math.round(performance.now() - startedAt),
    errors: response.status >= 400 ? [response.body.slice(0, 500)] : [],
    fault: seen.fault?.kind ?? null,
    sentVersion: sentVersion(request.body),
    requestBytes: Buffer.byteLength(request.body),
    responseBytes: Buffer.byteLength(response.body),
  });
  return response;
};

const sentVersion = (body: string): number | null => {
  try {
    const number: unknown = JSON.parse(body)?.version?.number;
    return typeof number === 'number' ? number : null;
  } catch {
    return null;
  }
};
