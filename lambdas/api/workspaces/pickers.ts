import { AppError } from '../../../shared/errors.ts';
import type { LinearApi } from '../../../shared/linear/api.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, type HttpEvent, json } from '../../../shared/runtime/http.ts';
import { access } from '../access.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiDeps, Handlers } from '../deps.ts';
import { idOf, queryOf } from '../request.ts';
import { PageQuery } from '../schemas.ts';

type Read<T> = (
  pick: LinearApi['pick'],
  at: { limit: number; after: string | undefined },
) => Promise<{ items: T[]; next: string | undefined }>;

/** What Linear has, read as the workspace sees it now: for people who choose a label, a state, a project. */
export const pickerRoutes = (deps: ApiDeps) => {
  const visible = access(deps);

  const pick =
    <T>(what: keyof LinearApi['pick'], read: Read<T>) =>
    async (event: HttpEvent) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const { id } = await visible.workspace(caller(event), idOf(event));
      const cursors = cursorsOf(`linear/${what}:${id}`, {}, ['after']);
      const after = cursors.decode(cursor)?.after;
      const { items, next } = await deps
        .linear(id, (api) => read(api.pick, { limit, after }))
        .catch((error: unknown) => {
          // Linear knows its own cursors; everything else of the request is ours.
          const isRefused = error instanceof LinearError && error.failure.is === 'refused';
          if (!(after && isRefused)) throw error;
          const message = 'Linear does not know this place any more: begin again without a cursor.';
          throw new AppError('invalid_input', message, { fields: [{ field: 'cursor', message }] });
        });
      return json(200, { items, nextCursor: cursors.encode(next && { after: next }) });
    };

  return {
    'GET /workspaces/{id}/linear/teams': pick('teams', (api, at) => api.teams(at)),
    'GET /workspaces/{id}/linear/projects': pick('projects', (api, at) => api.projects(at)),
    'GET /workspaces/{id}/linear/labels': pick('labels', (api, at) => api.labels(at)),
    'GET /workspaces/{id}/linear/states': pick('states', (api, at) => api.states(at)),
    'GET /workspaces/{id}/linear/issues': pick('issues', (api, at) => api.issues(at)),
  } satisfies Handlers;
};
