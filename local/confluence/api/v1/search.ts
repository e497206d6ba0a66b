import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import { tinyOf, webPath } from '../../store/addresses.ts';
import type { Page } from '../../store/model.ts';
import { maySee } from '../../store/permissions.ts';
import { type ApiRoute, answer, type Call } from '../call.ts';
import { notFound, scopeMismatch, v1BadRequest } from '../errors.ts';
import { pageOfRows } from '../paging.ts';
import { parseCql, type Query } from './cql.ts';
import { isMatch, modifiedAt } from './matching.ts';

const search = (call: Call): HttpResponse => {
  const { confluence, caller, query } = call;
  if (caller.isClientCredentials && confluence.switches.values.searchFor2LO === 401) throw scopeMismatch();
  const startedAt = performance.now();
  const cql = query.get('cql');
  if (cql === null) throw v1BadRequest('cql query parameter is required');
  const parsed = parseCql(cql);
  const { condition } = parsed;
  const found = [...confluence.index.all()].filter(
    (page) =>
      (page.status === 'current' || page.status === 'archived') &&
      maySee(confluence, caller, page) &&
      (!condition || isMatch(confluence, page, condition)),
  );
  const ranked = sorted(call, found, parsed.order).map((page, position) => ({ id: page.id, page, position }));
  const { rows, limit, next } = pageOfRows(call, ranked, { by: ({ position }) => position });
  const start = rows[0]?.position ?? 0;
  return answer(200, {
    results: rows.map(({ page }) => hitView(call, page)),
    start,
    limit,
    size: rows.length,
    totalSize: found.length,
    cqlQuery: cql,
    searchDuration: Math.round(performance.now() - startedAt),
    archivedResultCount: found.filter(({ status }) => status === 'archived').length,
    _links: {
      base: `${confluence.siteUrl}/wiki`,
      context: '/wiki',
      self: `${confluence.siteUrl}/wiki/rest/api/search?${query}`,
      ...(next && { next: nextPath(query, { next, limit, start: start + rows.length }) }),
    },
  });
};

/** Relative to `_links.context`, other than the links of v2. */
const nextPath = (
  query: URLSearchParams,
  { next, limit, start }: { next: string; limit: number; start: number },
): string => {
  const parameters = new URLSearchParams(query);
  parameters.set('next', 'true');
  parameters.set('cursor', next);
  parameters.set('limit', String(limit));
  parameters.set('start', String(start));
  return `/rest/api/search?${parameters}`;
};

const sorted = ({ confluence }: Call, pages: Page[], order: Query['order']): Page[] => {
  const valueIn = (page: Page, field: string): string => {
    if (field === 'title') return page.title.toLowerCase();
    if (field === 'id') return page.id.padStart(20, '0');
    return field === 'created' ? page.createdAt : modifiedAt(confluence.store, page);
  };
  return pages.sort((a, b) => {
    for (const { field, descending } of order) {
      const [x, y] = [valueIn(a, field), valueIn(b, field)];
      if (x !== y) return x < y === descending ? 1 : -1;
    }
    return 0;
  });
};

const hitView = ({ confluence, query }: Call, page: Page) => {
  const { store, siteUrl } = confluence;
  const space = store.get('Space', page.spaceId);
  if (!space) throw notFound();
  const url = webPath(space, page);
  const modified = `${modifiedAt(store, page).slice(0, 19)}.000Z`;
  return {
    content: {
      id: page.id,
      type: 'page',
      status: page.status,
      title: page.title,
      childTypes: {},
      macroRenderedOutput: {},
      restrictions: {},
      _expandable: { container: '', metadata: '', history: `/rest/api/content/${page.id}/history` },
      _links: {
        webui: url,
        self: `${siteUrl}/wiki/rest/api/content/${page.id}`,
        tinyui: `/x/${tinyOf(page.id)}`,
      },
    },
    title: page.title,
    excerpt: query.get('excerpt') === 'none' ? '' : page.title,
    url,
    resultGlobalContainer: { title: space.name, displayUrl: `/spaces/${space.key}` },
    breadcrumbs: [],
    entityType: 'content',
    iconCssClass: 'aui-icon content-type-page',
    lastModified: modified,
    friendlyLastModified: modified.slice(0, 10),
    score: 0,
  };
};

export const searchRoutes: ApiRoute[] = [
  { route: 'GET /wiki/rest/api/search', scopes: scopes.search, isList: true, handle: search },
];
