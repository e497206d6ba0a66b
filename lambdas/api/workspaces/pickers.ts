import { AppError } from '../../../shared/errors.ts';
import type { LinearApi } from '../../../shared/linear/api.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import { PageQuery } from '../fields.ts';
import type { Operation, Operations, ServedOperation } from '../operation.ts';
import { idOf, queryOf } from '../request.ts';

type Read<T> = (
  pick: LinearApi['pick'],
  page: { limit: number; after: string | undefined },
) => Promise<{ items: T[]; next: string | undefined }>;

/** A list that is read from Linear with the workspace's token, for people who choose a label, a state or a project. */
const picker = <T>(
  what: keyof LinearApi['pick'],
  summary: string,
  list: Operation['answers'][number],
  read: Read<T>,
): ServedOperation => ({
  summary,
  query: PageQuery,
  answers: { 200: list },
  conflict: 'The workspace is not connected.',
  handle: async (event, { authorize, linear }) => {
    const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
    const { id } = await authorize.workspace(caller(event), idOf(event));
    const cursors = cursorsOf(`linear/${what}:${id}`, {}, ['after']);
    const after = cursors.decode(cursor)?.after;
    const { items, next } = await linear(id, (api) => read(api.pick, { limit, after })).catch(
      (error: unknown) => {
        // The cursor is the only part of the request that comes from the caller.
        const isRefused = error instanceof LinearError && error.failure.is === 'refused';
        if (!(after && isRefused)) throw error;
        const message = 'Linear no longer accepts this cursor. Start again without a cursor.';
        throw new AppError('invalid_input', message, { fields: [{ field: 'cursor', message }] });
      },
    );
    return json(200, { items, nextCursor: cursors.encode(next && { after: next }) });
  },
});

export const pickerOperations = {
  'GET /workspaces/{id}/linear/teams': picker(
    'teams',
    'Lists the teams of the Linear organization, read from Linear at the time of the request',
    'LinearTeamList',
    (pick, page) => pick.teams(page),
  ),
  'GET /workspaces/{id}/linear/projects': picker(
    'projects',
    'Lists the projects of the Linear organization, read from Linear at the time of the request',
    'LinearProjectList',
    (pick, page) => pick.projects(page),
  ),
  'GET /workspaces/{id}/linear/labels': picker(
    'labels',
    'Lists the labels of the Linear organization that an issue can have, read from Linear at the time of the request',
    'LinearLabelList',
    (pick, page) => pick.labels(page),
  ),
  'GET /workspaces/{id}/linear/states': picker(
    'states',
    'Lists the workflow states of the Linear organization, read from Linear at the time of the request',
    'LinearStateList',
    (pick, page) => pick.states(page),
  ),
  'GET /workspaces/{id}/linear/issues': picker(
    'issues',
    'Lists the issues of the Linear organization, most recently updated first, read from Linear at the time of the request',
    'LinearIssueList',
    (pick, page) => pick.issues(page),
  ),
} satisfies Operations;
