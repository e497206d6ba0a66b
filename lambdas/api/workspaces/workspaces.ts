import { roleIn } from '../../../shared/domain/workspaces/membership.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import { PageQuery } from '../fields.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { presentInvitation, presentWorkspace } from './present.ts';
import { WorkspaceChanges } from './schemas.ts';

export const workspaceOperations = {
  'GET /workspaces': {
    summary:
      'Lists the workspaces that the caller owns, belongs to or is invited to; `role` says which. A page may have fewer items than `limit` and still have a next page',
    query: PageQuery,
    answers: { 200: 'WorkspaceList' },
    handle: async (event, { workspaces, memberships }) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const sub = caller(event);
      const cursors = cursorsOf(`workspaces:${sub}`, { sub }, ['workspaceId']);
      const { items, next } = await memberships.listBySub(sub, { limit, start: cursors.decode(cursor) });
      const rows = await workspaces.getMany(items.map(({ workspaceId }) => workspaceId));
      const shown = rows.flatMap((row) => {
        const membership = items.find(({ workspaceId }) => workspaceId === row.id);
        const role = membership && roleIn(row, sub, membership);
        if (!role) return [];
        return role === 'invited' ? presentInvitation(row, membership) : presentWorkspace(row, sub);
      });
      return json(200, { items: shown, nextCursor: cursors.encode(next) });
    },
  },

  'GET /workspaces/{id}': {
    summary: 'Returns one workspace',
    answers: { 200: 'Workspace' },
    handle: async (event, { authorize }) => {
      const sub = caller(event);
      return json(200, presentWorkspace(await authorize.workspace(sub, idOf(event)), sub));
    },
  },

  'PATCH /workspaces/{id}': {
    summary:
      'Changes the settings that are named and leaves the others as they are. Workflow states are given by name or id, stored by id and shown by name',
    body: 'WorkspaceChanges',
    answers: { 200: 'ChangedWorkspace' },
    conflict:
      'The workspace is not connected. Or others changed it during each of five attempts to save the change: send the request again.',
    handle: async (event, { authorize, changeSettings }) => {
      const sub = caller(event);
      const workspace = await authorize.workspace(sub, idOf(event));
      const { settings } = parseInput(WorkspaceChanges, jsonBody(event), 'The change');
      const warnings = await changeSettings(workspace, settings);
      const changed = await authorize.workspace(sub, workspace.id);
      return json(200, { ...presentWorkspace(changed, sub), warnings });
    },
  },

  'DELETE /workspaces/{id}/connection': {
    summary: 'Revokes the connection at Linear and deletes its tokens. Only the owner may do this',
    answers: { 204: 'nothing' },
    handle: async (event, { authorize, disconnect }) => {
      await disconnect(await authorize.ownedWorkspace(caller(event), idOf(event)));
      return noContent();
    },
  },

  'POST /workspaces/{id}/sync': {
    summary: 'Starts a full sync, unless one is under way. Answers the id of its history entry',
    answers: { 202: 'SyncStarted' },
    conflict: 'The workspace is not connected.',
    handle: async (event, { authorize, requestSync }) => {
      const workspace = await authorize.workspace(caller(event), idOf(event));
      takesNothing(event);
      return json(202, { historyId: await requestSync.ofWorkspace(workspace) });
    },
  },
} satisfies Operations;
