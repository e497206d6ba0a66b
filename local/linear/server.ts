import { controlErrorAnswer } from '../stand-in/control.ts';
import { answerByRoute, type Routes } from '../stand-in/routes.ts';
import { openServer } from '../stand-in/server.ts';
import { controlRoutes } from './control/routes.ts';
import { graphqlEndpoint } from './graphql-endpoint.ts';
import { ADMIN_KEY, applicationOf, type Linear, openLinear } from './linear.ts';
import { authorizeDecision, authorizePage } from './oauth/authorize.ts';
import { logged } from './oauth/logged.ts';
import { tokenEndpoint } from './oauth/oauth.ts';
import { revokeEndpoint } from './oauth/revoke.ts';
import { pages } from './page/pages.ts';
import type { Store } from './store/store.ts';

export interface LinearOptions {
  /** 0 takes a free port. */
  port: number;
  /** Where the workspace is kept between runs. */
  dataDir: string;
  /** Deletes earlier data. */
  fresh?: boolean;
  /** Where the application receives its webhooks; without it there are none. */
  webhookUrl?: string;
  /** The application's registered redirect uri; without it nobody can authorize. */
  redirectUri?: string;
  /** Called after the clock has changed; the answer to the clock request waits for it. */
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
  /** Takes over a time from outside, without a call of `onClock`. */
  setClock: (offsetMs: number) => void;
  /** What it keeps, for tests in the same process. */
  store: Store;
  close: () => Promise<void>;
}

/** Starts the local Linear on 127.0.0.1. Rejects with the system's error if the port is in use. */
export const startLinear = async (options: LinearOptions): Promise<RunningLinear> => {
  const { port, dataDir, fresh = false, webhookUrl, redirectUri } = options;
  const server = await openServer(port);
  // The data is opened by the process that has the port: a second process would replace the journal of the first.
  const linear = openLinear({ dataDir, fresh, webhookUrl, redirectUri });
  const routes = routesOf(linear, options);
  server.serve((request) => answerByRoute(routes, request).catch(controlErrorAnswer));
  linear.webhooks.resume();
  const { clientId, clientSecret, webhookSecret } = applicationOf(linear);
  return {
    url: server.url,
    port: server.port,
    clientId,
    clientSecret,
    webhookSecret,
    adminKey: ADMIN_KEY,
    clockOffsetMs: linear.clock.offsetMs,
    setClock: (offsetMs) => {
      linear.clock.offsetMs = offsetMs;
      linear.store.set('Setting', { id: 'clock', value: offsetMs });
      void linear.webhooks.runDue();
    },
    store: linear.store,
    close: async () => {
      linear.webhooks.close();
      await server.close();
      linear.store.close();
    },
  };
};

const routesOf = (linear: Linear, { onClock }: LinearOptions): Routes => ({
  'POST /graphql': graphqlEndpoint(linear),
  'GET /oauth/authorize': (request) => authorizePage(linear, request),
  'POST /oauth/authorize': (request) => authorizeDecision(linear, request),
  'POST /oauth/token': logged(linear, 'oauth/token', tokenEndpoint),
  'POST /oauth/revoke': logged(linear, 'oauth/revoke', revokeEndpoint),
  ...pages(linear),
  ...controlRoutes(linear, async (offsetMs) => onClock?.(offsetMs)),
});
