import { derivedId } from '../../../shared/domain/ids.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody } from '../../../shared/runtime/http.ts';
import { access } from '../access.ts';
import { cursorsOf } from '../cursor.ts';
import type { ApiDeps, Handlers } from '../deps.ts';
import { presentListedFeature, presentProject } from '../present.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { FeaturesQuery, ProjectChanges, ProjectsQuery } from '../schemas.ts';

export const projectRoutes = (deps: ApiDeps) => {
  const { projects, features, archiveProject, requestSync } = deps;
  const visible = access(deps);

  return {
    'GET /projects': async (event) => {
      const { limit, cursor, workspaceId } = parseInput(ProjectsQuery, queryOf(event), 'The query');
      const { id } = await visible.workspace(caller(event), workspaceId);
      const cursors = cursorsOf(`projects:${id}`, { workspaceId: id }, ['name', 'id']);
      const { items, next } = await projects.listByWorkspace(id, { limit, start: cursors.decode(cursor) });
      return json(200, { items: items.map(presentProject), nextCursor: cursors.encode(next) });
    },

    'GET /projects/{id}': async (event) => {
      const { project } = await visible.project(caller(event), idOf(event));
      return json(200, presentProject(project));
    },

    'PATCH /projects/{id}': async (event) => {
      const { project } = await visible.project(caller(event), idOf(event));
      const { status } = parseInput(ProjectChanges, jsonBody(event), 'The change');
      await archiveProject(project, status);
      const changed = await visible.project(caller(event), project.id);
      return json(200, presentProject(changed.project));
    },

    'POST /projects/{id}/sync': async (event) => {
      const { workspace, project } = await visible.project(caller(event), idOf(event));
      takesNothing(event);
      return json(202, { historyId: await requestSync.ofProject(workspace, project) });
    },

    'GET /projects/by-linear-project/{linearProjectId}': async (event) => {
      const linearProjectId = idOf(event, 'linearProjectId');
      const id = (await projects.idByLinearProject(linearProjectId)) ?? derivedId('project', linearProjectId);
      const { project } = await visible.project(caller(event), id);
      return json(200, presentProject(project));
    },

    'GET /projects/{id}/features': async (event) => {
      const { limit, cursor, status, ...only } = parseInput(FeaturesQuery, queryOf(event), 'The query');
      const around = await visible.project(caller(event), idOf(event));
      const { id } = around.project;
      const cursors = cursorsOf(`features:${id}`, { projectId: id }, ['listKey', 'id']);
      const { items, next } = await features.listByProject(id, { limit, start: cursors.decode(cursor) });
      // Filtered within the page: a page may be short, or empty, and still have a next one.
      const shown = items
        .map((row) => presentListedFeature(row, around))
        .filter((feature) => status === undefined || feature.status === status)
        .filter(({ ready }) => only.ready === undefined || String(ready) === only.ready)
        .filter(({ claimable }) => only.claimable === undefined || String(claimable) === only.claimable)
        .filter(
          ({ withdrawn }) => only.withdrawn === undefined || String(Boolean(withdrawn)) === only.withdrawn,
        );
      return json(200, { items: shown, nextCursor: cursors.encode(next) });
    },
  } satisfies Handlers;
};
