import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import { PageQuery } from '../fields.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf } from '../request.ts';
import { presentHistory } from './present.ts';

export const historyOperations = {
  'GET /workspaces/{id}/history': {
    summary: 'Lists events, and runs that did something, of the last 90 days, newest first',
    query: PageQuery,
    answers: { 200: 'HistoryList' },
    handle: async (event, { authorize, history }) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const { id } = await authorize.workspace(caller(event), idOf(event));
      const cursors = cursorsOf(`history:${id}`, { workspaceId: id }, ['id']);
      const { items, next } = await history.list(id, { limit, start: cursors.decode(cursor) });
      return json(200, { items: items.map(presentHistory), nextCursor: cursors.encode(next) });
    },
  },

  'GET /workspaces/{id}/history/{historyId}': {
    summary: 'Returns one run or event',
    answers: { 200: 'HistoryEntry' },
    handle: async (event, { authorize, history }) => {
      const { id } = await authorize.workspace(caller(event), idOf(event));
      const entry = await history.get(id, idOf(event, 'historyId'));
      if (!entry) throw notFound('history entry');
      return json(200, presentHistory(entry));
    },
  },
} satisfies Operations;
