import { AppError } from '../../shared/errors.ts';
import { caller, type HttpEvent, type HttpResult, html, json } from '../../shared/runtime/http.ts';
import { logger } from '../../shared/runtime/logger.ts';
import type { Connect } from '../../shared/use-cases/connect.ts';
import type { RouteKey } from '../routes.ts';
import { confirmPage, connectedPage, failurePage } from './pages.ts';

const COOKIE = 'omakase_connect';
/** Sent to the callback only; Lax, for Linear's redirect is a navigation from another site. */
const COOKIE_SCOPE = 'Path=/oauth/linear/callback; HttpOnly; Secure; SameSite=Lax';

const cookieOf = ({ cookies = [] }: HttpEvent): string | undefined =>
  cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);

const linkOf = ({ pathParameters }: HttpEvent): string => pathParameters?.link ?? '';

type OauthRoute = Extract<
  RouteKey,
  `${string} /connect/{link}` | `${string}/callback` | `${string}/connect-links`
>;

/** Connecting, for people in a browser: each failure is a page that says what happened and what to do. */
export const oauth = ({ connect }: { connect: Connect }) => {
  const asPage = async (answer: () => Promise<HttpResult>): Promise<HttpResult> => {
    try {
      return await answer();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn('not connected', { reason: error.message, detail: error.detail });
      return html(error.status, failurePage(error.message));
    }
  };

  const handlers: Record<OauthRoute, (event: HttpEvent) => Promise<HttpResult>> = {
    'POST /workspaces/connect-links': async (event) => json(201, await connect.createLink(caller(event))),

    'GET /connect/{link}': (event) =>
      asPage(async () => html(200, confirmPage(await connect.ownerOf(linkOf(event))))),

    'POST /connect/{link}': (event) =>
      asPage(async () => {
        const { authorizeUrl, cookie, maxAgeSeconds } = await connect.begin(linkOf(event));
        const redirect = html(303, '');
        return {
          ...redirect,
          headers: { ...redirect.headers, location: authorizeUrl },
          cookies: [`${COOKIE}=${cookie}; Max-Age=${maxAgeSeconds}; ${COOKIE_SCOPE}`],
        };
      }),

    'GET /oauth/linear/callback': async (event) => {
      const { state = '', code, error } = event.queryStringParameters ?? {};
      const answer = await asPage(async () => {
        const { organizationName } = await connect.complete({ state, code, error, cookie: cookieOf(event) });
        return html(200, connectedPage(organizationName));
      });
      return { ...answer, cookies: [`${COOKIE}=; Max-Age=0; ${COOKIE_SCOPE}`] };
    },
  };

  return async (event: HttpEvent): Promise<HttpResult> => {
    const handle = handlers[event.routeKey as OauthRoute];
    if (!handle) throw new Error(`The route ${event.routeKey} is not the oauth function's.`);
    return handle(event);
  };
};
