import { AppError } from '../../shared/errors.ts';
import { caller, type HttpEvent, type HttpResult, html, json } from '../../shared/runtime/http.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { Connect } from '../../shared/use-cases/workspaces/connect.ts';
import type { RouteKey } from '../routes.ts';
import { openPage, refuseForeignForms } from './button.ts';
import { cookieOf, setCookie } from './cookies.ts';
import { confirmPage, connectedPage, failurePage } from './pages.ts';

/** The lifetime of a connect link. */
const PAGE_SECONDS = 15 * 60;

const linkOf = ({ pathParameters }: HttpEvent): string => pathParameters?.link ?? '';

type OauthRoute = Extract<
  RouteKey,
  `${string} /connect/{link}` | `${string}/callback` | `${string}/connect-links`
>;

/** Connects a workspace in a browser. Each failure is a page that says what happened and what to do. */
export const oauth = ({ connect, publicUrl }: { connect: Connect; publicUrl: string }) => {
  const asPage = async (answer: () => Promise<HttpResult>): Promise<HttpResult> => {
    try {
      return await answer();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn('not connected', { status: error.status, kind: error.kind, detail: error.detail });
      return html(error.status, failurePage(error.message));
    }
  };

  const handlers: Record<OauthRoute, (event: HttpEvent) => Promise<HttpResult>> = {
    'POST /workspaces/connect-links': async (event) => json(201, await connect.createLink(caller(event))),

    'GET /connect/{link}': (event) =>
      asPage(async () => {
        const ownerId = await connect.ownerOf(linkOf(event));
        const { cookie, proof } = openPage(event, linkOf(event));
        const page = html(200, confirmPage(ownerId, proof));
        return {
          ...page,
          // Under `no-referrer` a browser would send `Origin: null` with the form.
          headers: { ...page.headers, 'referrer-policy': 'same-origin' },
          cookies: [setCookie('__Host-omakase_page', cookie, PAGE_SECONDS)],
        };
      }),

    'POST /connect/{link}': (event) =>
      asPage(async () => {
        refuseForeignForms(event, linkOf(event), publicUrl);
        const { authorizeUrl, cookie, maxAgeSeconds } = await connect.begin(linkOf(event));
        const redirect = html(303, '');
        return {
          ...redirect,
          headers: { ...redirect.headers, location: authorizeUrl },
          cookies: [setCookie('__Host-omakase_connect', cookie, maxAgeSeconds)],
        };
      }),

    'GET /oauth/linear/callback': async (event) => {
      const { state = '', code, error } = event.queryStringParameters ?? {};
      const answer = await asPage(async () => {
        const cookie = cookieOf(event, '__Host-omakase_connect');
        const { organizationName } = await connect.complete({ state, code, error, cookie });
        return html(200, connectedPage(organizationName));
      });
      // A failed visit must not end a flow that is under way, so it keeps the cookie.
      if (answer.statusCode !== 200) return answer;
      return { ...answer, cookies: [setCookie('__Host-omakase_connect', '', 0)] };
    },
  };

  return async (event: HttpEvent): Promise<HttpResult> => {
    const handle = handlers[event.routeKey as OauthRoute];
    if (!handle) throw new Error(`The oauth function has no handler for the route ${event.routeKey}.`);
    return handle(event);
  };
};
