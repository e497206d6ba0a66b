import { AppError } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import { caller, type HttpEvent, json, jsonBody, noContent } from '../../shared/runtime/http.ts';
import { access } from './access.ts';
import { cursorsOf } from './cursor.ts';
import type { ApiDeps, Handlers } from './deps.ts';
import { presentWorkspace } from './present.ts';
import { idOf, queryOf, takesNothing } from './request.ts';
import { MemberSub, PageQuery, WorkspaceChanges } from './schemas.ts';

const memberOf = ({ pathParameters }: HttpEvent): string =>
  parseInput(MemberSub, pathParameters?.sub, 'The subject');

export const workspaceRoutes = (deps: ApiDeps) => {
  const { workspaces, memberships, changeSettings, disconnect, requestSync } = deps;
  const visible = access(deps);

  return {
    'GET /workspaces': async (event) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const sub = caller(event);
      const cursors = cursorsOf(`workspaces:${sub}`, { sub }, ['workspaceId']);
      const { items, next } = await memberships.listBySub(sub, { limit, start: cursors.decode(cursor) });
      const rows = await workspaces.getMany(items);
      return json(200, { items: rows.map(presentWorkspace), nextCursor: cursors.encode(next) });
    },

    'GET /workspaces/{id}': async (event) =>
      json(200, presentWorkspace(await visible.workspace(caller(event), idOf(event)))),

    'PATCH /workspaces/{id}': async (event) => {
      const workspace = await visible.workspace(caller(event), idOf(event));
      const { settings } = parseInput(WorkspaceChanges, jsonBody(event), 'The change');
      const warnings = await changeSettings(workspace, settings);
      const changed = presentWorkspace(await visible.workspace(caller(event), workspace.id));
      return json(200, { ...changed, warnings });
    },

    'DELETE /workspaces/{id}/connection': async (event) => {
      await disconnect(await visible.ownWorkspace(caller(event), idOf(event)));
      return noContent();
    },

    'PUT /workspaces/{id}/members/{sub}': async (event) => {
      const { id } = await visible.ownWorkspace(caller(event), idOf(event));
      await memberships.add(memberOf(event), id, 'member');
      return noContent();
    },

    'DELETE /workspaces/{id}/members/{sub}': async (event) => {
      const { id, ownerId } = await visible.ownWorkspace(caller(event), idOf(event));
      const sub = memberOf(event);
      if (sub === ownerId)
        throw new AppError('conflict', 'The owner of a workspace cannot be removed from it.');
      await memberships.remove(sub, id);
      return noContent();
    },

    'POST /workspaces/{id}/sync': async (event) => {
      const workspace = await visible.workspace(caller(event), idOf(event));
      takesNothing(event);
      return json(202, { historyId: await requestSync.ofWorkspace(workspace) });
    },
  } satisfies Handlers;
};
