import type { ItemRow } from '../../../shared/data/planning/item-row.ts';
import type { SessionRow } from '../../../shared/data/planning/session-row.ts';
import { planMarkdown } from '../../../shared/domain/planning/plan-markdown.ts';
import { notFound } from '../../../shared/errors.ts';
import { inParallel } from '../../../shared/in-parallel.ts';
import { parseInput } from '../../../shared/parse.ts';
import { accepts, caller, json, jsonBody, markdown } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiContext } from '../deps.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf } from '../request.ts';
import { ItemDecision, ItemsQuery } from './item-schemas.ts';
import { asTreeItem, presentItem, presentItemSummary, treeOf } from './present.ts';

const inOrder = (one: ItemRow, other: ItemRow) => (one.place < other.place ? -1 : 1);

/** Items with what the page says about each. */
const withFields = (rows: readonly ItemRow[], { items }: Pick<ApiContext, 'items'>) =>
  inParallel(rows, async (row) => ({ row, fields: await items.fieldsOf(row) }));

/** Every item of a session, in the order of the page. */
const allOf = async ({ id }: SessionRow, context: ApiContext) =>
  withFields((await context.items.all(id)).sort(inOrder), context);

export const itemOperations = {
  'GET /planning-sessions/{id}/items': {
    summary:
      'Lists the items of a planning session in the order of its page; `view=tree` returns all of them within their parents. With `accept: text/markdown` the answer is the tree for people. A page may have fewer items than `limit` and still have a next page',
    query: ItemsQuery,
    answers: { 200: 'PlanItems' },
    markdown: true,
    handle: async (event, context) => {
      const { limit, cursor, view, ...filter } = parseInput(ItemsQuery, queryOf(event), 'The query');
      const session = await context.authorize.session(caller(event), idOf(event));
      if (accepts(event, 'text/markdown')) {
        const all = await allOf(session, context);
        return markdown(200, planMarkdown(session.title ?? session.pageTitle, all.map(asTreeItem)));
      }
      if (view === 'tree') {
        const all = await allOf(session, context);
        return json(200, { items: treeOf(all.map(presentItemSummary)) });
      }
      const { id } = session;
      const cursors = cursorsOf(`items:${id}`, { sessionId: id }, ['place', 'id']);
      const { items, next } = await context.items.list(id, filter, { limit, start: cursors.decode(cursor) });
      const listed = await withFields(items, context);
      return json(200, { items: listed.map(presentItemSummary), nextCursor: cursors.encode(next) });
    },
  },

  'GET /planning-sessions/{id}/items/{itemId}': {
    summary: 'Returns one item with everything that the page says about it',
    answers: { 200: 'PlanItem' },
    handle: async (event, { authorize, items }) => {
      const { id } = await authorize.session(caller(event), idOf(event));
      const row = await items.get(id, idOf(event, 'itemId'));
      if (!row) throw notFound('item');
      return json(200, presentItem({ row, fields: await items.fieldsOf(row) }));
    },
  },

  'PATCH /planning-sessions/{id}/items/{itemId}': {
    summary:
      'Keeps what a person decides: whether the item is the one that it may be, its level, its type of enabler, or to ignore it',
    body: 'ItemDecision',
    answers: { 200: 'PlanItem' },
    conflict: 'The item has no match to decide, or one that has to be decided first, or it is changing.',
    handle: async (event, { authorize, items, decideItem }) => {
      const sub = caller(event);
      const session = await authorize.session(sub, idOf(event));
      const decision = parseInput(ItemDecision, jsonBody(event), 'The decision');
      const row = await decideItem(session, idOf(event, 'itemId'), decision, sub);
      return json(200, presentItem({ row, fields: await items.fieldsOf(row) }));
    },
  },
} satisfies Operations;
