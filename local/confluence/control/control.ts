import { clockRoutes, faultRoutes, readJson, switchRoutes } from '../../stand-in/control.ts';
import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import { type PathRoute, pathMatcher } from '../../stand-in/path-routes.ts';
import { answerByRoute, type Routes } from '../../stand-in/routes.ts';
import { type Confluence, resetConfluence } from '../confluence.ts';
import { parseFault } from '../faults.ts';
import { Refused } from '../store/content.ts';
import { accountRoutes } from './account-routes.ts';
import { pageControls } from './page-controls.ts';
import { seedRoutes } from './seed-routes.ts';

/** A control of one page: its path has a part that names it. */
export interface PageControl extends PathRoute {
  handle: (request: HttpRequest, parameters: Record<string, string>) => HttpResponse;
}

/**
 * Answers the control API (`/_local/...`): what tests and people do to the local Confluence from outside. `onClock` is
 * called with the new offset after each change of the time, and the answer waits for it.
 */
export const controlAnswerer = (
  confluence: Confluence,
  onClock: (offsetMs: number) => Promise<void>,
): ((request: HttpRequest) => Promise<HttpResponse>) => {
  const pages = pathMatcher(pageControls(confluence));
  const routes = controlRoutes(confluence, onClock);
  return async (request) => {
    const found = pages(request.method, request.url.pathname);
    try {
      return found ? found.route.handle(request, found.parameters) : await answerByRoute(routes, request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return json(error.kind === 'not-found' ? 404 : 400, { error: error.message });
    }
  };
};

const controlRoutes = (confluence: Confluence, onClock: (offsetMs: number) => Promise<void>): Routes => {
  const { store, clock, faults, requests, switches } = confluence;
  return {
    ...faultRoutes(faults, (request) => parseFault(readJson(request))),
    ...clockRoutes(clock, async () => {
      store.set('Setting', { id: 'clock', value: clock.offsetMs });
      await onClock(clock.offsetMs);
    }),
    ...switchRoutes(switches),
    'GET /_local/requests': () => json(200, { requests: requests.list() }),
    'DELETE /_local/requests': () => {
      requests.clear();
      return json(200, { requests: [] });
    },
    'POST /_local/reset': async () => {
      resetConfluence(confluence);
      await onClock(clock.offsetMs);
      return json(200, { spaces: [...store.all('Space')].map(({ id, key }) => ({ id, key })) });
    },
    ...seedRoutes(confluence),
    ...accountRoutes(confluence),
  };
};
