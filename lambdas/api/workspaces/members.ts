import { roleIn } from '../../../shared/domain/workspaces/membership.ts';
import { AppError, notFound } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, type HttpEvent, json, jsonBody, noContent } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiContext } from '../deps.ts';
import { PageQuery } from '../fields.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { presentMember, presentWorkspace } from './present.ts';
import { MemberSub, NewOwner } from './schemas.ts';

const memberOf = ({ pathParameters }: HttpEvent): string =>
  parseInput(MemberSub, pathParameters?.sub, 'The subject');

const leave = async (sub: string, id: string, { authorize, memberships }: ApiContext) => {
  const { workspace, role } = await authorize.membership(sub, id);
  if (role === 'owner')
    throw new AppError('conflict', 'The owner cannot leave a workspace. Hand it over to a member first.');
  await memberships.remove(sub, id, workspace.tenancy);
  return noContent();
};

export const memberOperations = {
  'GET /workspaces/{id}/members': {
    summary:
      'Lists the owner, the members and the invited subjects. Only the owner may do this. A page may have fewer items than `limit` and still have a next page',
    query: PageQuery,
    answers: { 200: 'MemberList' },
    handle: async (event, { authorize, memberships }) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const workspace = await authorize.ownedWorkspace(caller(event), idOf(event));
      const { id } = workspace;
      const cursors = cursorsOf(`members:${id}`, { workspaceId: id }, ['sub']);
      const { items, next } = await memberships.listByWorkspace(id, { limit, start: cursors.decode(cursor) });
      const shown = items.flatMap((each) => {
        const role = roleIn(workspace, each.sub, each);
        return role ? presentMember(each, role) : [];
      });
      return json(200, { items: shown, nextCursor: cursors.encode(next) });
    },
  },

  'PUT /workspaces/{id}/owner': {
    summary: 'Makes a member the owner of the workspace. Only the owner may do this, and stays a member',
    body: 'NewOwner',
    answers: { 200: 'Workspace' },
    conflict: 'The subject is not a member, or has not accepted its invitation yet.',
    handle: async (event, { authorize, handOver }) => {
      const sub = caller(event);
      const workspace = await authorize.ownedWorkspace(sub, idOf(event));
      await handOver(workspace, parseInput(NewOwner, jsonBody(event), 'The new owner').sub);
      return json(200, presentWorkspace(await authorize.workspace(sub, workspace.id), sub));
    },
  },

  'PUT /workspaces/{id}/membership': {
    summary: 'Accepts an invitation. From then on the caller sees the workspace',
    answers: { 204: 'nothing' },
    handle: async (event, { authorize, memberships }) => {
      const sub = caller(event);
      const { workspace, role } = await authorize.membership(sub, idOf(event));
      takesNothing(event);
      // `accept` answers false if the invitation was taken back in the meantime.
      if (role === 'invited' && !(await memberships.accept(sub, workspace.id, workspace.tenancy)))
        throw notFound('workspace');
      return noContent();
    },
  },

  'DELETE /workspaces/{id}/membership': {
    summary: 'Leaves a workspace or declines an invitation to it',
    answers: { 204: 'nothing' },
    conflict: 'The caller is the owner and has to hand the workspace over first.',
    handle: async (event, context) => leave(caller(event), idOf(event), context),
  },

  'PUT /workspaces/{id}/members/{sub}': {
    summary:
      'Invites a subject, which is a person or a machine and sees the workspace once it has accepted. Only the owner may do this',
    answers: { 204: 'nothing' },
    handle: async (event, { authorize, memberships, now }) => {
      const { id, tenancy, ownerId } = await authorize.ownedWorkspace(caller(event), idOf(event));
      await memberships.invite(memberOf(event), id, { tenancy, by: ownerId, now: now() });
      return noContent();
    },
  },

  'DELETE /workspaces/{id}/members/{sub}': {
    summary:
      'Removes a member or withdraws an invitation. The owner may do this for every subject, and others for themselves',
    answers: { 204: 'nothing' },
    conflict: 'The subject is the owner and has to hand the workspace over first.',
    handle: async (event, context) => {
      const sub = memberOf(event);
      if (sub === caller(event)) return leave(sub, idOf(event), context);
      const { id, tenancy } = await context.authorize.ownedWorkspace(caller(event), idOf(event));
      await context.memberships.remove(sub, id, tenancy);
      return noContent();
    },
  },
} satisfies Operations;
