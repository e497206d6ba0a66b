import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import type { Page } from '../../store/model.ts';
import { maySee, maySeeSpace } from '../../store/permissions.ts';
import { type ApiRoute, answer, type Call } from '../call.ts';
import { notFound } from '../errors.ts';
import { answerList, type Order } from '../paging.ts';
import { checkId, flagOf, idsOf, numberOf, wordOf, wordsOf } from '../parameters.ts';
import { pageOfPath, STATUSES } from './find-page.ts';
import { draftView, includesOf, operationsOf, pageView, singlePageView, wantsBody } from './page-view.ts';

const page = (call: Call): HttpResponse => {
  const found = pageOfPath(call);
  const { query } = call;
  const version = query.has('version')
    ? numberOf(query, 'version', { min: 1, max: 2 ** 31, fallback: 1 })
    : undefined;
  if (flagOf(query, 'get-draft'))
    return answer(200, { ...draftView(call, found), ...includesOf(call, found) });
  const view = singlePageView(call, found, { withBody: wantsBody(query), number: version });
  const { version: number, ...rest } = view;
  const isWithVersion = flagOf(query, 'include-version', true);
  return answer(200, {
    ...(isWithVersion ? { ...rest, version: number } : rest),
    ...includesOf(call, found),
  });
};

const sorts: Record<string, Order<Page>['by']> = {
  id: () => '',
  'created-date': ({ createdAt }) => createdAt,
  'modified-date': ({ changedAt }) => changedAt,
  title: ({ title }) => title,
};

const orderOf = (query: URLSearchParams): Order<Page> => {
  const names = Object.keys(sorts);
  const sort = wordOf(query, 'sort', [...names, ...names.map((name) => `-${name}`)]) ?? 'id';
  return { by: sorts[sort.replace(/^-/, '')] ?? (() => ''), descending: sort.startsWith('-') };
};

/** The pages that a query selects among those that the caller may see, as the lists know them. */
const selected = (call: Call, spaceIds: Set<string> | undefined): Page[] => {
  const { confluence, caller, query } = call;
  const { store, lists, switches } = confluence;
  const ids = idsOf(query, 'id', 250);
  const statuses = wordsOf(query, 'status', STATUSES) ?? new Set(['current', 'archived']);
  const subtype = wordOf(query, 'subtype', ['live', 'page']);
  const title = query.get('title');
  const candidates = ids
    ? [...ids].map((id) => lists.get(id)).filter((one) => one !== undefined)
    : spaceIds
      ? [...spaceIds].flatMap((id) => store.pagesOf(id).flatMap((one) => lists.get(one.id) ?? []))
      : [...lists.all()];
  const isTitle = (text: string) =>
    switches.values.titleFilter === 'exact'
      ? text === title
      : text.toLowerCase().includes(title?.toLowerCase() ?? '');
  return candidates.filter(
    (one) =>
      statuses.has(one.status) &&
      (!spaceIds || spaceIds.has(one.spaceId)) &&
      (!subtype || (one.subtype ?? 'page') === subtype) &&
      (title === null || isTitle(one.title)) &&
      maySee(confluence, caller, one),
  );
};

const answerPages = (call: Call, rows: Page[]): HttpResponse => {
  const withBody = wantsBody(call.query);
  const isStale = call.fault?.kind === 'stale-list';
  return answerList(call, rows, orderOf(call.query), (one) =>
    pageView(call, one, { withBody, number: Math.max(1, one.version - (isStale ? 1 : 0)) }),
  );
};

const pages = (call: Call): HttpResponse =>
  answerPages(call, selected(call, idsOf(call.query, 'space-id', 100)));

const pagesOfSpace = (call: Call): HttpResponse => {
  const id = checkId(call.parameters.id ?? '', 'id');
  const space = call.confluence.store.get('Space', id);
  if (!space || !maySeeSpace(call.caller, space)) throw notFound();
  const isRoot = wordOf(call.query, 'depth', ['all', 'root']) === 'root';
  const rows = selected(call, new Set([id]));
  return answerPages(call, isRoot ? rows.filter(({ parentId }) => parentId === null) : rows);
};

const labels = (call: Call): HttpResponse => {
  const found = pageOfPath(call);
  const prefixes = wordsOf(call.query, 'prefix', ['my', 'team', 'global', 'system']);
  const rows = found.labels.filter(({ prefix }) => !prefixes || prefixes.has(prefix));
  return answerList(call, rows, { by: () => '' }, (label) => label);
};

export const pageRoutes: ApiRoute[] = [
  { route: 'GET /wiki/api/v2/pages', scopes: scopes.readPage, isList: true, handle: pages },
  { route: 'GET /wiki/api/v2/pages/{id}', scopes: scopes.readPage, handle: page },
  { route: 'GET /wiki/api/v2/pages/{id}/labels', scopes: scopes.readPage, isList: true, handle: labels },
  {
    route: 'GET /wiki/api/v2/pages/{id}/operations',
    scopes: scopes.readPage,
    handle: (call) => answer(200, { operations: operationsOf(call, pageOfPath(call)) }),
  },
  {
    route: 'GET /wiki/api/v2/spaces/{id}/pages',
    scopes: scopes.readPage,
    isList: true,
    handle: pagesOfSpace,
  },
];
