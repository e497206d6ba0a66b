import type { Report } from '../../../shared/domain/planning/report.ts';
import { notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import { PageQuery } from '../fields.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { presentSession } from './present.ts';
import { type PlanCoverage, SessionChanges, SessionToCreate } from './session-schemas.ts';

export const sessionOperations = {
  'POST /workspaces/{id}/planning-sessions': {
    summary:
      'Plans a Confluence page into a project, and has the page read. Answers 200 with the same session if the page is planned into this project already',
    body: 'SessionToCreate',
    answers: { 200: 'PlanningSession', 201: 'PlanningSession' },
    conflict:
      'The workspace has no Confluence site, the page cannot be planned from, or it is planned into another project.',
    handle: async (event, { authorize, createSession, now }) => {
      const sub = caller(event);
      const workspace = await authorize.workspace(sub, idOf(event));
      const wanted = parseInput(SessionToCreate, jsonBody(event), 'The session');
      const { session, isNew } = await createSession(workspace, wanted, sub);
      return json(isNew ? 201 : 200, presentSession(session, now()));
    },
  },

  'GET /workspaces/{id}/planning-sessions': {
    summary: 'Lists the planning sessions of a workspace, newest first, also those that have ended',
    query: PageQuery,
    answers: { 200: 'PlanningSessionList' },
    handle: async (event, { authorize, sessions, now }) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const workspace = await authorize.workspace(caller(event), idOf(event));
      const { id } = workspace;
      const cursors = cursorsOf(`sessions:${id}`, { workspaceId: id }, ['listKey', 'id']);
      const { items, next } = await sessions.listByWorkspace(workspace, {
        limit,
        start: cursors.decode(cursor),
      });
      return json(200, {
        items: items.map((row) => presentSession(row, now())),
        nextCursor: cursors.encode(next),
      });
    },
  },

  'GET /planning-sessions/{id}': {
    summary: 'Returns a planning session: how its reading stands, and what it found',
    answers: { 200: 'PlanningSession' },
    handle: async (event, { authorize, now }) =>
      json(200, presentSession(await authorize.session(caller(event), idOf(event)), now())),
  },

  'PATCH /planning-sessions/{id}': {
    summary:
      'Changes the title of a planning session, the team of its new issues, or whether its page is read despite a veto. After the last of these the page is read again',
    body: 'SessionChanges',
    answers: { 200: 'PlanningSession' },
    conflict: 'The session has ended, or others are changing it.',
    handle: async (event, { authorize, changeSession, now }) => {
      const session = await authorize.session(caller(event), idOf(event));
      const changes = parseInput(SessionChanges, jsonBody(event), 'The change');
      return json(200, presentSession(await changeSession(session, changes), now()));
    },
  },

  'DELETE /planning-sessions/{id}': {
    summary:
      'Ends a planning session. Its items stay as they are. Planning the same page again goes on with the session',
    answers: { 200: 'PlanningSession' },
    handle: async (event, { authorize, sessions, now }) => {
      const session = await authorize.session(caller(event), idOf(event));
      takesNothing(event);
      await sessions.end(session, now());
      return json(200, presentSession((await sessions.get(session.id)) ?? session, now()));
    },
  },

  'POST /planning-sessions/{id}/sync': {
    summary: 'Has the page of a planning session read now',
    answers: { 202: 'PlanningSession' },
    conflict: 'The session has ended.',
    handle: async (event, { authorize, askReading, sessions, now }) => {
      const session = await authorize.session(caller(event), idOf(event));
      takesNothing(event);
      await askReading(session);
      return json(202, presentSession((await sessions.get(session.id)) ?? session, now()));
    },
  },

  'GET /planning-sessions/{id}/coverage': {
    summary:
      'Says what each block of the page became, at the last reading: an item, a field, context, ignored or unread',
    answers: { 200: 'PlanCoverage' },
    handle: async (event, { authorize, texts }) => {
      const { id, found, readVersion } = await authorize.session(caller(event), idOf(event));
      const text = found && (await texts.get(id, found.report));
      if (!found || readVersion === undefined || text === undefined) throw notFound('coverage yet');
      const { pageProps, ...report }: Report = JSON.parse(text);
      const answer: PlanCoverage = {
        readVersion,
        outcome: found.outcome,
        pageProps: { ...pageProps },
        ...report,
      };
      return json(200, answer);
    },
  },
} satisfies Operations;
