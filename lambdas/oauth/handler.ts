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

/** A form on somebody else's page would take a person past the page that says who will own the connection. */
const pressedOnOurPage = ({ headers, requestContext }: HttpEvent): void => {
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  // Our page sends no referrer, so its origin is "null" where a browser does not say the site.
  const isOurs = site === undefined ? isOwn(origin, requestContext.domainName) : site === 'same-origin';
  if (!isOurs)
    throw new AppError('forbidden', 'This button was not pressed on our page. Open the connect link itself.');
};
const isOwn = (origin: string | undefined, host: string): boolean =>
  origin === undefined || origin === 'null' || URL.parse(origin)?.host === host;

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
        pressedOnOurPage(event);
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
      // A stray visit must not end a flow that is under way.
      if (answer.statusCode !== 200) return answer;
      return { ...answer, cookies: [`${COOKIE}=; Max-Age=0; ${COOKIE_SCOPE}`] };
    },
  };

  return async (event: HttpEvent): Promise<HttpResult> => {
    const handle = handlers[event.routeKey as OauthRoute];
    if (!handle) throw new Error(`The route ${event.routeKey} is not the oauth function's.`);
    return handle(event);
  };
};
