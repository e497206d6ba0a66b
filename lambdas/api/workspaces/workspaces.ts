import { roleIn } from '../../../shared/domain/workspaces/membership.ts';
import { AppError, notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, type HttpEvent, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import { access } from '../access.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiDeps, Handlers } from '../deps.ts';
import { presentInvitation, presentMember, presentWorkspace } from '../present.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { MemberSub, NewOwner, PageQuery, WorkspaceChanges } from '../schemas.ts';

const memberOf = ({ pathParameters }: HttpEvent): string =>
  parseInput(MemberSub, pathParameters?.sub, 'The subject');

export const workspaceRoutes = (deps: ApiDeps) => {
  const { workspaces, memberships, changeSettings, disconnect, handOver, requestSync, now } = deps;
  const visible = access(deps);

  /** A workspace as it is after what was done to it. */
  const current = async (sub: string, id: string, more: object = {}) =>
    json(200, { ...presentWorkspace(await visible.workspace(sub, id), sub), ...more });

  const leave = async (sub: string, id: string) => {
    const { workspace, role } = await visible.ownMembership(sub, id);
    if (role === 'owner')
      throw new AppError('conflict', 'The owner cannot leave a workspace: hand it over to a member first.');
    await memberships.remove(sub, id, workspace.tenancy);
    return noContent();
  };

  return {
    'GET /workspaces': async (event) => {
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

    'GET /workspaces/{id}': async (event) => current(caller(event), idOf(event)),

    'PATCH /workspaces/{id}': async (event) => {
      const workspace = await visible.workspace(caller(event), idOf(event));
      const { settings } = parseInput(WorkspaceChanges, jsonBody(event), 'The change');
      const warnings = await changeSettings(workspace, settings);
      return current(caller(event), workspace.id, { warnings });
    },

    'DELETE /workspaces/{id}/connection': async (event) => {
      await disconnect(await visible.ownWorkspace(caller(event), idOf(event)));
      return noContent();
    },

    'GET /workspaces/{id}/members': async (event) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const workspace = await visible.ownWorkspace(caller(event), idOf(event));
      const { id } = workspace;
      const cursors = cursorsOf(`members:${id}`, { workspaceId: id }, ['sub']);
      const { items, next } = await memberships.listByWorkspace(id, { limit, start: cursors.decode(cursor) });
      const shown = items.flatMap((each) => {
        const role = roleIn(workspace, each.sub, each);
        return role ? presentMember(each, role) : [];
      });
      return json(200, { items: shown, nextCursor: cursors.encode(next) });
    },

    'PUT /workspaces/{id}/owner': async (event) => {
      const workspace = await visible.ownWorkspace(caller(event), idOf(event));
      await handOver(workspace, parseInput(NewOwner, jsonBody(event), 'The new owner').sub);
      return current(caller(event), workspace.id);
    },

    'PUT /workspaces/{id}/membership': async (event) => {
      const { workspace, role } = await visible.ownMembership(caller(event), idOf(event));
      takesNothing(event);
      const { id, tenancy } = workspace;
      // Lost where the invitation was taken back meanwhile.
      if (role === 'invited' && !(await memberships.accept(caller(event), id, tenancy)))
        throw notFound('workspace');
      return noContent();
    },

    'DELETE /workspaces/{id}/membership': (event) => leave(caller(event), idOf(event)),

    'PUT /workspaces/{id}/members/{sub}': async (event) => {
      const { id, tenancy, ownerId } = await visible.ownWorkspace(caller(event), idOf(event));
      await memberships.invite(memberOf(event), id, { tenancy, by: ownerId, now: now() });
      return noContent();
    },

    'DELETE /workspaces/{id}/members/{sub}': async (event) => {
      const sub = memberOf(event);
      if (sub === caller(event)) return leave(sub, idOf(event));
      const { id, tenancy } = await visible.ownWorkspace(caller(event), idOf(event));
      await memberships.remove(sub, id, tenancy);
      return noContent();
    },

    'POST /workspaces/{id}/sync': async (event) => {
      const workspace = await visible.workspace(caller(event), idOf(event));
      takesNothing(event);
      return json(202, { historyId: await requestSync.ofWorkspace(workspace) });
    },
  } satisfies Handlers;
};
