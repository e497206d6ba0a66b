import type { HttpRequest, HttpResponse } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import { appendByOther } from '../edits.ts';
import type { Fault } from '../faults.ts';
import { authenticate, type Identity } from '../oauth/authenticate.ts';
import { Refused } from '../store/content.ts';
import type { ApiRoute } from './call.ts';
import { ApiError, errorAnswer, ofRefused, scopeMismatch, unauthorized } from './errors.ts';
import { faultAfter, faultBefore } from './fault-answers.ts';
import { rateHeaders, rateLimited } from './rate-answers.ts';
import { routeOf, withoutRoute } from './routes.ts';

const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

/** What the log says of a request beside its answer. */
export interface Seen {
  identity?: Identity | undefined;
  fault?: Fault | undefined;
}

interface Target {
  host: 'site' | 'gateway';
  /** Without the prefix of the gateway. */
  path: string;
}

/** Answers a request to the API, with the faults and limits that were asked for. */
export const answerApi = async (
  confluence: Confluence,
  request: HttpRequest,
  { host, path }: Target,
  seen: Seen,
): Promise<HttpResponse> => {
  const { faults, switches } = confluence;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = routeOf(method, path);
  const fault = faults.takeFor({ method: request.method, path, isList: found?.route.isList ?? false });
  seen.fault = fault;
  const early = fault && (await faultBefore(confluence, request, fault));
  if (early) return withHeaders(early);
  if (fault?.kind === 'conflict') appendByOther(confluence, found?.parameters.id ?? '', fault.append);
  const answered = attempt(path, switches.values.errorStatusType, () => {
    const caller = authenticate(confluence, host, request.headers.authorization);
    seen.identity = caller;
    if (!caller) throw unauthorized();
    const budget = confluence.limits.spend(caller.person.id);
    if (budget?.isExceeded) return rateLimited(confluence, budget);
    const response = carryOut({ confluence, request, path, caller, fault, method, found });
    return { ...response, headers: { ...response.headers, ...(budget && rateHeaders(confluence, budget)) } };
  });
  return withHeaders(fault ? faultAfter(answered, fault) : answered);
};

interface Execution {
  confluence: Confluence;
  request: HttpRequest;
  path: string;
  caller: Identity;
  fault: Fault | undefined;
  method: string;
  found: { route: ApiRoute; parameters: Record<string, string> } | undefined;
}

const carryOut = ({ found, method, ...call }: Execution): HttpResponse => {
  const { request, path, caller } = call;
  if (!found) throw withoutRoute(method, path);
  if (!hasScopes(caller, found.route)) throw scopeMismatch();
  if (Buffer.byteLength(request.body) > MAX_REQUEST_BYTES)
    throw new ApiError(413, 'PAYLOAD_TOO_LARGE', `The request is larger than ${MAX_REQUEST_BYTES} bytes`);
  return found.route.handle({ ...call, query: request.url.searchParams, parameters: found.parameters });
};

const hasScopes = ({ scopes }: Identity, route: ApiRoute): boolean =>
  scopes === null || route.scopes.some((all) => all.every((scope) => scopes.includes(scope)));

/** Errors of v1 paths have the shape of v1, also where both versions share code. */
const attempt = (path: string, statusType: 'number' | 'string', run: () => HttpResponse): HttpResponse => {
  try {
    return run();
  } catch (caught) {
    const error = caught instanceof Refused ? ofRefused(caught) : caught;
    const isV1 = error instanceof ApiError && error.origin === 'v2' && path.startsWith('/wiki/rest/');
    const { status, code, message } = error as ApiError;
    return errorAnswer(isV1 ? new ApiError(status, code, message, { origin: 'v1' }) : error, statusType);
  }
};

const withHeaders = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: {
    'atl-traceid': crypto.randomUUID().replaceAll('-', ''),
    'atl-request-id': crypto.randomUUID(),
    'x-confluence-request-time': String(Date.now()),
    ...response.headers,
  },
});
