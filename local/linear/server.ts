import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from '../loopback.ts';
import type { RequestFault } from '../stand-in/faults.ts';
import { BadRequest, type HttpRequest, type HttpResponse, json, readRequest } from '../stand-in/http.ts';
import { localHandles, misuse } from './control/handles.ts';
import { graphqlEndpoint } from './graphql-endpoint.ts';
import { ADMIN_KEY, applicationOf, type Linear, openLinear } from './linear.ts';
import { authorizeDecision, authorizePage } from './oauth/authorize.ts';
import { tokenEndpoint } from './oauth/oauth.ts';
import { revokeEndpoint } from './oauth/revoke.ts';
import { pages } from './page/pages.ts';

export interface LinearOptions {
  /** 0 takes a free one. */
  port: number;
  /** Where the workspace is kept between runs. */
  dataDir: string;
  /** Forget earlier data. */
  fresh?: boolean;
  /** Where the application receives its webhooks; without it there are none. */
  webhookUrl?: string;
  /** The application's registered redirect uri; without it nobody can authorize. */
  redirectUri?: string;
  /** Called after the clock moved; the answer to the clock request waits for it. */
  onClock?: (offsetMs: number) => Promise<void>;
}

export interface RunningLinear {
  url: string;
  port: number;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** The personal API key of the first organization's human admin. */
  adminKey: string;
  clockOffsetMs: number;
  close: () => Promise<void>;
}

/** Starts the local Linear on 127.0.0.1. Rejects with the system's error if the port is in use. */
export const startLinear = async (options: LinearOptions): Promise<RunningLinear> => {
  const { port, dataDir, fresh = false, webhookUrl, redirectUri } = options;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  // Only who has the port opens the data: another one at it would replace the journal under a running process.
  const linear = openLinear({ dataDir, fresh, webhookUrl, redirectUri });
  const answer = router(linear, options);
  const answerOne = async (incoming: IncomingMessage): Promise<HttpResponse> => {
    const refusal = refusalOf(incoming);
    return refusal ? json(403, { error: refusal }) : answer(await readRequest(incoming));
  };
  server.on('request', (incoming, outgoing) => {
    answerOne(incoming)
      .catch((error: unknown) => {
        // Whoever hung up in mid-sentence hears no answer.
        if (incoming.errored) return json(400, { error: 'aborted' });
        if (error instanceof BadRequest) return json(error.status, { error: error.message });
        console.error(error);
        return json(500, { error: String(error) });
      })
      .then((response) => write(outgoing, response));
  });
  linear.webhooks.resume();
  const bound = (server.address() as AddressInfo).port;
  const { clientId, clientSecret, webhookSecret } = applicationOf(linear);
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    clientId,
    clientSecret,
    webhookSecret,
    adminKey: ADMIN_KEY,
    clockOffsetMs: linear.clock.offsetMs,
    close: async () => {
      linear.webhooks.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      linear.store.close();
    },
  };
};

const router = (linear: Linear, { onClock }: LinearOptions) => {
  const routes: Record<string, (request: HttpRequest) => HttpResponse | Promise<HttpResponse>> = {
    'POST /graphql': graphqlEndpoint(linear),
    'GET /oauth/authorize': (request) => authorizePage(linear, request),
    'POST /oauth/authorize': (request) => authorizeDecision(linear, request),
    'POST /oauth/token': logged(linear, 'oauth/token', tokenEndpoint),
    'POST /oauth/revoke': logged(linear, 'oauth/revoke', revokeEndpoint),
    ...pages(linear),
    ...localHandles(linear, { clockChanged: async (offsetMs) => onClock?.(offsetMs) }),
  };
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const { pathname } = request.url;
    const name = `${request.method} ${pathname}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    const known = Object.keys(routes).join(', ');
    if (!route) return json(404, { error: `no ${request.method} ${pathname}; there are ${known}` });
    try {
      return await route(request);
    } catch (error) {
      return misuse(error);
    }
  };
};

/** An OAuth endpoint in the request log, and open to the faults that make sense for it. */
const logged =
  (linear: Linear, operation: string, endpoint: (linear: Linear, request: HttpRequest) => HttpResponse) =>
  (request: HttpRequest): HttpResponse => {
    const fault = linear.faults.takeRequest([operation], undefined);
    const response = struck(fault) ?? endpoint(linear, request);
    const cut = fault?.kind === 'timeout-after' ? { ...response, cutAfterMs: fault.timeoutMs } : response;
    linear.requests.add({
      at: linear.clock.iso(),
      operation,
      fields: [],
      organizationId: null,
      actor: null,
      status: cut.cutAfterMs === undefined ? cut.status : null,
      complexity: 0,
      durationMs: 0,
      errors: [],
      fault: fault?.kind ?? null,
    });
    return cut;
  };

const struck = (fault: RequestFault | undefined): HttpResponse | undefined => {
  switch (fault?.kind) {
    case '5xx':
      return json(fault.status, { error: 'upstream failure' });
    case 'rate-limit':
      return json(429, { error: 'rate_limited' });
    case 'timeout-before':
      return { ...json(200, {}), cutAfterMs: fault.timeoutMs };
    case 'expired-token':
      return json(400, { error: 'invalid_grant', error_description: 'The token has expired' });
    default:
      return undefined;
  }
};

const write = (outgoing: ServerResponse, { status, headers, body, cutAfterMs }: HttpResponse): void => {
  if (cutAfterMs === undefined) {
    outgoing.writeHead(status, headers).end(body);
    return;
  }
  setTimeout(() => outgoing.destroy(), cutAfterMs).unref();
};
