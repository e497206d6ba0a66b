import { derivedId } from '../../../shared/domain/ids.ts';
import { parseInput } from '../../../shared/parse.ts';
import { caller, json, jsonBody } from '../../../shared/runtime/http.ts';
import { cursorsOf } from '../cursor.ts';
import type { Operations } from '../operation.ts';
import { idOf, queryOf, takesNothing } from '../request.ts';
import { presentProject } from './present.ts';
import { ProjectChanges, ProjectsQuery } from './schemas.ts';

export const projectOperations = {
  'GET /projects': {
    summary: 'Lists the projects of a workspace, sorted by name',
    query: ProjectsQuery,
    answers: { 200: 'ProjectList' },
    handle: async (event, { authorize, projects }) => {
      const { limit, cursor, workspaceId } = parseInput(ProjectsQuery, queryOf(event), 'The query');
      const { id } = await authorize.workspace(caller(event), workspaceId);
      const cursors = cursorsOf(`projects:${id}`, { workspaceId: id }, ['name', 'id']);
      const { items, next } = await projects.listByWorkspace(id, { limit, start: cursors.decode(cursor) });
      return json(200, { items: items.map(presentProject), nextCursor: cursors.encode(next) });
    },
  },

  'GET /projects/{id}': {
    summary: 'Returns one project',
    answers: { 200: 'Project' },
    handle: async (event, { authorize }) => {
      const { project } = await authorize.project(caller(event), idOf(event));
      return json(200, presentProject(project));
    },
  },

  'PATCH /projects/{id}': {
    summary: 'Archives a project here, which no sync undoes, or makes it active and imports its issues again',
    body: 'ProjectChanges',
    answers: { 200: 'Project' },
    conflict: 'The project is archived in Linear.',
    handle: async (event, { authorize, archiveProject }) => {
      const { project } = await authorize.project(caller(event), idOf(event));
      const { status } = parseInput(ProjectChanges, jsonBody(event), 'The change');
      await archiveProject(project, status);
      const changed = await authorize.project(caller(event), project.id);
      return json(200, presentProject(changed.project));
    },
  },

  'POST /projects/{id}/sync': {
    summary:
      'Starts an import of the open issues of the project that carry the trigger label, unless one is under way. Answers the id of its history entry',
    answers: { 202: 'SyncStarted' },
    conflict: 'The workspace is not connected.',
    handle: async (event, { authorize, requestSync }) => {
      const { workspace, project } = await authorize.project(caller(event), idOf(event));
      takesNothing(event);
      return json(202, { historyId: await requestSync.ofProject(workspace, project) });
    },
  },

  'GET /projects/by-linear-project/{linearProjectId}': {
    summary: 'Returns the project that mirrors a Linear project',
    answers: { 200: 'Project' },
    handle: async (event, { authorize, projects }) => {
      const linearProjectId = idOf(event, 'linearProjectId');
      const id = (await projects.idByLinearProject(linearProjectId)) ?? derivedId('project', linearProjectId);
      const { project } = await authorize.project(caller(event), id);
      return json(200, presentProject(project));
    },
  },
} satisfies Operations;
