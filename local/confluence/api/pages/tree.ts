import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import type { Page } from '../../store/model.ts';
import { maySee } from '../../store/permissions.ts';
import { type ApiRoute, answer, type Call } from '../call.ts';
import { answerList, type Order } from '../paging.ts';
import { numberOf } from '../parameters.ts';
import { pageOfTree } from './find-page.ts';

const byPosition: Order<Page> = { by: ({ position }) => position ?? 0 };

const childrenOf = ({ confluence, caller }: Call, pageId: string): Page[] =>
  confluence.store
    .childrenOf(pageId)
    .map(({ id }) => confluence.lists.get(id))
    .filter((page) => page !== undefined)
    .filter((page) => page.status !== 'trashed' && maySee(confluence, caller, page));

const childView = ({ id, status, title, spaceId, position }: Page) => ({
  id,
  status,
  title,
  spaceId,
  childPosition: position,
});

/** Only published pages are children; a draft is below a page only for `descendants`. */
const children = (call: Call): Page[] =>
  childrenOf(call, pageOfTree(call).id).filter(({ status }) => status !== 'draft');

const directChildren = (call: Call): HttpResponse =>
  answerList(call, children(call), byPosition, (page) => ({ ...childView(page), type: 'page' }));

const descendants = (call: Call): HttpResponse => {
  const { id } = pageOfTree(call);
  const depth = numberOf(call.query, 'depth', { min: 1, max: 10, fallback: 2 });
  const rows: { id: string; page: Page; depth: number; order: number }[] = [];
  const collect = (parentId: string, level: number): void => {
    for (const page of level <= depth ? childrenOf(call, parentId) : []) {
      rows.push({ id: page.id, page, depth: level, order: rows.length });
      collect(page.id, level + 1);
    }
  };
  collect(id, 1);
  return answerList(call, rows, { by: ({ order }) => order }, (row) => {
    const { spaceId: _, ...view } = childView(row.page);
    return { ...view, type: 'page', parentId: row.page.parentId, depth: row.depth };
  });
};

const ancestors = (call: Call): HttpResponse => {
  const { store } = call.confluence;
  const page = pageOfTree(call);
  const limit = numberOf(call.query, 'limit', { min: 1, max: 250, fallback: 25 });
  const above: Page[] = [];
  for (let one = store.get('Page', page.parentId ?? ''); one; one = store.get('Page', one.parentId ?? ''))
    above.unshift(one);
  const results = above.slice(-limit).map(({ id }) => ({ id, type: 'page' }));
  return answer(200, { results, _links: { base: `${call.confluence.siteUrl}/wiki` } });
};

const PATH = '/wiki/api/v2/pages/{id}';

export const treeRoutes: ApiRoute[] = [
  {
    route: `GET ${PATH}/direct-children`,
    scopes: scopes.readTree,
    isList: true,
    handle: directChildren,
  },
  {
    route: `GET ${PATH}/children`,
    scopes: scopes.readPage,
    isList: true,
    handle: (call) => answerList(call, children(call), byPosition, childView),
  },
  { route: `GET ${PATH}/descendants`, scopes: scopes.readTree, isList: true, handle: descendants },
  { route: `GET ${PATH}/ancestors`, scopes: scopes.readAncestors, handle: ancestors },
];
