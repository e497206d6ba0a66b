import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { CryptoKey } from 'jose';
import type { Deployment } from '../aws/template.ts';
import type { Clock } from '../clock.ts';
import type { Functions } from '../lambda/functions.ts';
import { refusalOf } from '../loopback.ts';
import { listen } from '../ports.ts';
import { type AuthorizerProperties, createAuthorizer } from './authorizer.ts';
import { splitUrl, toEvent, writeResult } from './http-event.ts';
import { createRouter, type RouteProperties } from './routes.ts';

/** API Gateway's own limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;
/** How often the server looks for requests that take too long to arrive. */
const CHECK_MS = 1_000;

type Throttle = { ThrottlingRateLimit: number; ThrottlingBurstLimit: number };
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

export type Gateway = {
  url: string;
  port: number;
  /** Starts to serve. Before that the gateway answers 503. */
  serve(handle: Handle): void;
  stop(): Promise<void>;
};

/** How long a caller may take for the headers and for all of a request, and how often that is checked. */
type SenderLimits = { headersTimeoutMs?: number; requestTimeoutMs?: number; checkMs?: number };

export const openGateway = async (
  port: number,
  {
    headersTimeoutMs = 10_000,
    requestTimeoutMs = INTEGRATION_TIMEOUT_MS,
    checkMs = CHECK_MS,
  }: SenderLimits = {},
): Promise<Gateway> => {
  let handle: Handle | undefined;
  const server = createServer({ connectionsCheckingInterval: checkMs }, (request, response) => {
    const refusal = refusalOf(request);
    if (refusal) return refuse(response, 403, refusal);
    if (!handle) return refuse(response, 503, 'Service Unavailable');
    return handle(request, response).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'Internal Server Error');
    });
  });
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  const actualPort = await listen(server, port, 'PORT');
  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    serve: (given) => {
      handle = given;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type HttpApiOptions = {
  functions: Pick<Functions, 'invoke'>;
  key: CryptoKey;
  clock: Clock;
  /** How long the gateway waits for a function's answer. */
  integrationTimeoutMs?: number;
  access(line: object): void;
};

/** Answers requests as the template's HTTP API does: its routes, authorizer and throttle. */
export const serveHttpApi = (
  deployment: Pick<Deployment, 'resources'>,
  { functions, key, clock, access, integrationTimeoutMs = INTEGRATION_TIMEOUT_MS }: HttpApiOptions,
): Handle => {
  const only = <Properties>(type: string) => {
    const [one, ...others] = deployment.resources<Properties>(type);
    if (!one || others.length > 0)
      throw new Error(`The local gateway needs exactly one ${type} in the template.`);
    return one;
  };
  const api = only('AWS::ApiGatewayV2::Api');
  const stage = only<{ DefaultRouteSettings?: Throttle }>('AWS::ApiGatewayV2::Stage');
  const authorize = createAuthorizer(
    only<AuthorizerProperties>('AWS::ApiGatewayV2::Authorizer').properties,
    key,
  );
  const integrations = new Map(
    deployment
      .resources<{ IntegrationUri: string }>('AWS::ApiGatewayV2::Integration')
      .map(({ name, properties }) => [`integrations/${name}`, properties.IntegrationUri]),
  );
  const match = createRouter(
    deployment.resources<RouteProperties>('AWS::ApiGatewayV2::Route').map(({ properties }) => properties),
  );
  const admit = createThrottle(stage.properties.DefaultRouteSettings);

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    matched: ReturnType<typeof match>,
    requestId: string,
  ) => {
    if (!matched) return refuse(response, 404, 'Not Found');
    const { route } = matched;
    if (!admit()) return refuse(response, 429, 'Too Many Requests');

    const authorized =
      route.AuthorizationType === 'JWT'
        ? await authorize(request.headers, route.AuthorizationScopes ?? [])
        : undefined;
    if (authorized && 'status' in authorized) {
      response.setHeader('www-authenticate', authorized.challenge);
      return refuse(response, authorized.status, authorized.status === 401 ? 'Unauthorized' : 'Forbidden');
    }

    const body = await readBody(request);
    if (!body) return refuse(response.setHeader('connection', 'close'), 413, 'Request Entity Too Large');
    const event = toEvent(request, {
      ...matched,
      apiId: api.name,
      requestId,
      now: clock.now(),
      body,
      authorized,
    });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const invoked = functions.invoke(integrations.get(route.Target) ?? '', event, gone.signal);
    const result = await inTime(invoked, integrationTimeoutMs);
    if (result === 'late') return refuse(response, 503, 'Service Unavailable');
    if (result.functionError) return refuse(response, 500, 'Internal Server Error');
    return writeResult(response, JSON.parse(result.payload));
  };

  return async (request, response) => {
    const requestId = randomUUID();
    const started = Date.now();
    const matched = match(request.method ?? 'GET', splitUrl(request).path);
    response.setHeader('apigw-requestid', requestId);
    response.once('close', () => {
      access({
        requestId,
        time: new Date(clock.now()),
        route: matched?.routeKey,
        status: response.statusCode,
        milliseconds: Date.now() - started,
      });
    });
    await answer(request, response, matched, requestId);
  };
};

const refuse = (response: ServerResponse, status: number, message: string) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const inTime = async <T>(work: Promise<T>, limitMs: number): Promise<T | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** A token bucket, as API Gateway has. */
const createThrottle = (limits?: Throttle) => {
  if (!limits) return () => true;
  let tokens = limits.ThrottlingBurstLimit;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(
      limits.ThrottlingBurstLimit,
      tokens + ((now - filledAt) / 1000) * limits.ThrottlingRateLimit,
    );
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
