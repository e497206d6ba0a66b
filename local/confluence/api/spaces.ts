import type { HttpResponse } from '../../stand-in/http.ts';
import { scopes } from '../oauth/scopes.ts';
import type { Space } from '../store/model.ts';
import { maySeeSpace } from '../store/permissions.ts';
import { type ApiRoute, answer, type Call } from './call.ts';
import { notFound } from './errors.ts';
import { answerList } from './paging.ts';
import { checkId, idsOf, listOf, wordOf, wordsOf } from './parameters.ts';

const spaceView = ({ id, key, name, type, authorId, createdAt, homepageId }: Space) => ({
  id,
  key,
  name,
  type,
  status: 'current',
  authorId,
  spaceOwnerId: authorId,
  createdAt,
  homepageId,
  icon: null,
  description: null,
  currentActiveAlias: key,
  _links: { webui: `/spaces/${key}` },
});

const spaces = (call: Call): HttpResponse => {
  const { query, caller, confluence } = call;
  const ids = idsOf(query, 'ids', 250);
  const keys = listOf(query, 'keys');
  const type = wordOf(query, 'type', ['global', 'collaboration', 'knowledge_base', 'personal']);
  const statuses = wordsOf(query, 'status', ['current', 'archived']);
  const sort = wordOf(query, 'sort', ['id', '-id', 'key', '-key', 'name', '-name']) ?? 'id';
  const rows = [...confluence.store.all('Space')].filter(
    (space) =>
      maySeeSpace(caller, space) &&
      (!ids || ids.has(space.id)) &&
      (!keys || keys.includes(space.key)) &&
      (!type || space.type === type) &&
      (!statuses || statuses.has('current')),
  );
  const column = sort.replace('-', '');
  return answerList(
    call,
    rows,
    {
      by: ({ key, name }) => (column === 'key' ? key : column === 'name' ? name : ''),
      descending: sort.startsWith('-'),
    },
    spaceView,
  );
};

const space = (call: Call): HttpResponse => {
  const found = call.confluence.store.get('Space', checkId(call.parameters.id ?? '', 'id'));
  if (!found || !maySeeSpace(call.caller, found)) throw notFound();
  const { _links, ...rest } = spaceView(found);
  return answer(200, { ...rest, _links: { ..._links, base: `${call.confluence.siteUrl}/wiki` } });
};

export const spaceRoutes: ApiRoute[] = [
  { route: 'GET /wiki/api/v2/spaces', scopes: scopes.readSpace, isList: true, handle: spaces },
  { route: 'GET /wiki/api/v2/spaces/{id}', scopes: scopes.readSpace, handle: space },
];
