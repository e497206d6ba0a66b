import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json } from '../../../shared/runtime/http.ts';
import { access } from '../access.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiDeps, Handlers } from '../deps.ts';
import { presentHistory } from '../present.ts';
import { idOf, queryOf } from '../request.ts';
import { PageQuery } from '../schemas.ts';

export const historyRoutes = (deps: ApiDeps) => {
  const { history } = deps;
  const visible = access(deps);

  return {
    'GET /workspaces/{id}/history': async (event) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const { id } = await visible.workspace(caller(event), idOf(event));
      const cursors = cursorsOf(`history:${id}`, { workspaceId: id }, ['id']);
      const { items, next } = await history.list(id, { limit, start: cursors.decode(cursor) });
      return json(200, { items: items.map(presentHistory), nextCursor: cursors.encode(next) });
    },

    'GET /workspaces/{id}/history/{historyId}': async (event) => {
      const { id } = await visible.workspace(caller(event), idOf(event));
      const entry = await history.get(id, idOf(event, 'historyId'));
      if (!entry) throw notFound('history entry');
      return json(200, presentHistory(entry));
    },
  } satisfies Handlers;
};
