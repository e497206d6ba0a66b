import { type HttpRequest, type HttpResponse, redirect } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import { idOfTiny } from '../store/addresses.ts';
import type { Page } from '../store/model.ts';
import { mayEdit } from '../store/permissions.ts';
import { actOn } from './actions.ts';
import { activityPage } from './activity.ts';
import { errorPage } from './frame.ts';
import { diffPage, historyPage } from './history.ts';
import { homePage, spacePage } from './home.ts';
import { create, newPage } from './new-page.ts';
import { viewPage } from './page.ts';
import { editPath, pathOf, spacePath } from './paths.ts';
import { beginEdit, goOnEditing } from './save.ts';
import { spaceByKey, spaceOf, switchPerson, type Visit, visiblePage, visitOf } from './visit.ts';

/** A request to a page, with the decoded groups of its route. */
interface Call {
  visit: Visit;
  query: URLSearchParams;
  form: URLSearchParams;
  groups: string[];
}

type Handler = (call: Call) => HttpResponse;

const withPage = (visit: Visit, id: string | null | undefined, then: (page: Page) => HttpResponse) => {
  const page = visiblePage(visit, id ?? null);
  return page ? then(page) : errorPage(visit, 'There is no such page, or you may not see it.', 404);
};

const withEditable = (visit: Visit, id: string | undefined, then: (page: Page) => HttpResponse) =>
  withPage(visit, id, (page) => {
    if (page.status !== 'current')
      return errorPage(visit, `The page is ${page.status}, so it cannot be edited.`, 409);
    return mayEdit(visit.confluence, visit.caller, page)
      ? then(page)
      : errorPage(visit, 'You may not edit this page.', 403);
  });

const toPage = (visit: Visit, id: string | null | undefined): HttpResponse =>
  withPage(visit, id, (page) => redirect(pathOf(visit, page)));

const view: Handler = ({ visit, query, groups: [key, id] }) =>
  withPage(visit, id, (page) => {
    const version = query.get('version');
    // A page that moved to another space is found by its id, and the address follows.
    return spaceOf(visit, page).key === key
      ? viewPage(visit, page, version === null ? undefined : Number(version))
      : redirect(pathOf(visit, page));
  });

const overview: Handler = ({ visit, groups: [key = ''] }) => {
  const space = spaceByKey(visit, key);
  if (!space) return errorPage(visit, 'There is no such space.', 404);
  return space.homepageId
    ? withPage(visit, space.homepageId, (page) => viewPage(visit, page))
    : redirect(spacePath(key));
};

const display: Handler = ({ visit, groups: [key = '', title] }) => {
  const space = spaceByKey(visit, key);
  if (!space) return errorPage(visit, 'There is no such space.', 404);
  if (title === undefined) return redirect(`/wiki/spaces/${key}/overview`);
  const page = visit.confluence.store.pageByTitle(space.id, title);
  return toPage(visit, page?.id);
};

const KEY = '([^/]+)';
const ID = String.raw`(\d+)`;

/** Every page for people by method and path, in the forms of addresses that Confluence Cloud uses. */
const routes: [method: string, path: RegExp, handler: Handler][] = [
  ['GET', /^\/(?:wiki\/?(?:home)?)?$/, ({ visit }) => homePage(visit)],
  ['GET', /^\/activity$/, ({ visit }) => activityPage(visit)],
  ['GET', /^\/new$/, ({ visit, query }) => newPage(visit, query)],
  ['POST', /^\/new$/, ({ visit, form }) => create(visit, form)],
  ['POST', /^\/page$/, ({ visit, form }) => act(visit, form)],
  [
    'GET',
    new RegExp(`^/wiki/spaces/${KEY}/?$`),
    ({ groups: [key] }) => redirect(`/wiki/spaces/${key}/overview`),
  ],
  ['GET', new RegExp(`^/wiki/spaces/${KEY}/overview/?$`), overview],
  ['GET', new RegExp(`^/wiki/spaces/${KEY}/pages/?$`), (call) => spaceAt(call)],
  ['GET', new RegExp(`^/wiki/spaces/${KEY}/pages/${ID}(?:/([^/]*))?/?$`), view],
  [
    'GET',
    new RegExp(`^/wiki/spaces/${KEY}/pages/edit-v2/${ID}/?$`),
    ({ visit, query, groups: [, id] }) =>
      withEditable(visit, id, (page) =>
        beginEdit(visit, page, query.get('tab') === 'storage' ? 'storage' : 'text'),
      ),
  ],
  [
    'POST',
    new RegExp(`^/wiki/spaces/${KEY}/pages/edit-v2/${ID}/?$`),
    ({ visit, form, groups: [, id] }) => withEditable(visit, id, (page) => goOnEditing(visit, page, form)),
  ],
  ['GET', /^\/wiki\/pages\/viewpage\.action$/, ({ visit, query }) => toPage(visit, query.get('pageId'))],
  [
    'GET',
    /^\/wiki\/pages\/resumedraft\.action$/,
    ({ visit, query }) => withPage(visit, query.get('draftId'), (page) => redirect(editPath(visit, page))),
  ],
  [
    'GET',
    /^\/wiki\/pages\/viewpreviousversions\.action$/,
    ({ visit, query }) => withPage(visit, query.get('pageId'), (page) => historyPage(visit, page)),
  ],
  [
    'GET',
    /^\/wiki\/pages\/diffpagesbyversion\.action$/,
    ({ visit, query }) => withPage(visit, query.get('pageId'), (page) => diffPage(visit, page, query)),
  ],
  ['GET', new RegExp(`^/wiki/display/${KEY}(?:/([^/]+))?/?$`), display],
  ['GET', /^\/wiki\/x\/([^/]+)\/?$/, ({ visit, groups: [tiny = ''] }) => toPage(visit, idOfTiny(tiny))],
];

const spaceAt: Handler = ({ visit, groups: [key = ''] }) => {
  const space = spaceByKey(visit, key);
  return space ? spacePage(visit, space) : errorPage(visit, 'There is no such space.', 404);
};

const act = (visit: Visit, form: URLSearchParams): HttpResponse =>
  withPage(visit, form.get('page'), (page) => {
    const isReading = form.get('do') === 'copy';
    return isReading || mayEdit(visit.confluence, visit.caller, page)
      ? actOn(visit, page, form)
      : errorPage(visit, 'You may not edit this page.', 403);
  });

/** Answers a request to the pages for people, which need no script; undefined if it is to none of them. */
export const answerPage = (confluence: Confluence, request: HttpRequest): HttpResponse | undefined => {
  const { url, body, method } = request;
  if (method === 'POST' && url.pathname === '/person') return switchPerson(request);
  for (const [verb, path, handler] of routes) {
    const match = verb === method ? path.exec(url.pathname) : null;
    const groups = match && decodedGroups(match);
    if (groups)
      return handler({
        visit: visitOf(confluence, request),
        query: url.searchParams,
        form: new URLSearchParams(method === 'POST' ? body : ''),
        groups,
      });
  }
  return undefined;
};

/** A `+` is a blank, as in the addresses of pages by title. Undefined if a part of the path is no UTF-8. */
const decodedGroups = (match: RegExpExecArray): string[] | undefined => {
  try {
    return match.slice(1).map((part) => part && decodeURIComponent(part.replaceAll('+', '%20')));
  } catch {
    return undefined;
  }
};
