import { ulid } from 'ulid';
import type { History } from '../../shared/data/history.ts';
import { isListed } from '../../shared/domain/feature.ts';
import { newSync } from '../../shared/domain/sync.ts';
import { AppError, notFound } from '../../shared/errors.ts';
import { parseInput } from '../../shared/parse.ts';
import {
  caller,
  type HttpEvent,
  type HttpResult,
  json,
  jsonBody,
  noContent,
} from '../../shared/runtime/http.ts';
import type { ChangeSettings } from '../../shared/use-cases/change-settings.ts';
import type { Disconnect } from '../../shared/use-cases/disconnect.ts';
import type { ReportStatus } from '../../shared/use-cases/report-status.ts';
import type { routes } from '../routes.ts';
import { access, type Stores } from './access.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { presentFeature, presentListedFeature, presentProject, presentWorkspace } from './present.ts';
import {
  FeaturesQuery,
  MemberSub,
  PageQuery,
  ProjectsQuery,
  StatusReport,
  WorkspaceChanges,
} from './schemas.ts';

type ApiRoute = {
  [K in keyof typeof routes]: (typeof routes)[K]['lambda'] extends 'api' ? K : never;
}[keyof typeof routes];

type ApiDeps = Stores & {
  history: History;
  report: ReportStatus;
  changeSettings: ChangeSettings;
  disconnect: Disconnect;
  startSync: (payload: { workspaceId: string }) => Promise<void>;
  now: () => number;
};

/** Ours have 26 characters; a longer one is no key that a table would take. */
const idOf = ({ pathParameters }: HttpEvent, parameter: 'id' | 'historyId' = 'id'): string => {
  const id = pathParameters?.[parameter] ?? '';
  if (id === '' || id.length > 100) throw notFound('thing');
  return id;
};
const memberOf = ({ pathParameters }: HttpEvent): string =>
  parseInput(MemberSub, pathParameters?.sub, 'The subject');
const queryOf = (event: HttpEvent) => event.queryStringParameters ?? {};

/** The orchestrators' API: one entry a route, in the order of `routes.ts`. */
export const api = (deps: ApiDeps) => {
  const {
    workspaces,
    memberships,
    projects,
    features,
    history,
    report,
    changeSettings,
    disconnect,
    startSync,
    now,
  } = deps;
  const visible = access(deps);

  const handlers: Record<ApiRoute, (event: HttpEvent) => Promise<HttpResult>> = {
    'GET /healthz': async () => json(200, { status: 'ok' }),

    'GET /workspaces': async (event) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const sub = caller(event);
      const list = `workspaces:${sub}`;
      const { items, next } = await memberships.listBySub(sub, {
        limit,
        start: decodeCursor(list, cursor, { sub }, ['workspaceId']),
      });
      const rows = await workspaces.getMany(items);
      return json(200, { items: rows.map(presentWorkspace), nextCursor: encodeCursor(list, next) });
    },

    'GET /workspaces/{id}': async (event) =>
      json(200, presentWorkspace(await visible.workspace(caller(event), idOf(event)))),

    'PATCH /workspaces/{id}': async (event) => {
      const workspace = await visible.workspace(caller(event), idOf(event));
      const { settings } = parseInput(WorkspaceChanges, jsonBody(event), 'The change');
      await changeSettings(workspace, settings);
      return json(200, presentWorkspace(await visible.workspace(caller(event), workspace.id)));
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
      if (workspace.connection !== 'connected')
        throw new AppError('conflict', `The workspace is ${workspace.connection}: connect it again first.`);
      const { historyId } = await workspaces.askSync(workspace.id, newSync(ulid(now())), now());
      await startSync({ workspaceId: workspace.id });
      return json(202, { historyId });
    },

    'GET /workspaces/{id}/history': async (event) => {
      const { limit, cursor } = parseInput(PageQuery, queryOf(event), 'The query');
      const { id } = await visible.workspace(caller(event), idOf(event));
      const list = `history:${id}`;
      const { items, next } = await history.list(id, {
        limit,
        start: decodeCursor(list, cursor, { workspaceId: id }, ['id']),
      });
      return json(200, { items, nextCursor: encodeCursor(list, next) });
    },

    'GET /workspaces/{id}/history/{historyId}': async (event) => {
      const { id } = await visible.workspace(caller(event), idOf(event));
      const entry = await history.get(id, idOf(event, 'historyId'));
      if (!entry) throw notFound('history entry');
      return json(200, entry);
    },

    'GET /projects': async (event) => {
      const { limit, cursor, workspaceId } = parseInput(ProjectsQuery, queryOf(event), 'The query');
      const { id } = await visible.workspace(caller(event), workspaceId);
      const list = `projects:${id}`;
      const { items, next } = await projects.listByWorkspace(id, {
        limit,
        start: decodeCursor(list, cursor, { workspaceId: id }, ['name', 'id']),
      });
      return json(200, { items: items.map(presentProject), nextCursor: encodeCursor(list, next) });
    },

    'GET /projects/{id}': async (event) => {
      const { project } = await visible.project(caller(event), idOf(event));
      return json(200, presentProject(project));
    },

    'GET /projects/{id}/features': async (event) => {
      const { limit, cursor, status, ready } = parseInput(FeaturesQuery, queryOf(event), 'The query');
      const around = await visible.project(caller(event), idOf(event));
      const list = `features:${around.project.id}`;
      const { items, next } = await features.listByProject(around.project.id, {
        limit,
        start: decodeCursor(list, cursor, { projectId: around.project.id }, ['listKey', 'id']),
      });
      // Filtered within the page: a page may be short, or empty, and still have a next one.
      const shown = items
        .map((row) => presentListedFeature(row, around))
        .filter((feature) => status === undefined || feature.status === status)
        .filter((feature) => ready === undefined || String(feature.ready) === ready);
      return json(200, { items: shown, nextCursor: encodeCursor(list, next) });
    },

    'GET /features/{id}': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      return json(200, presentFeature(feature, features.descriptionOf(feature), around));
    },

    'PATCH /features/{id}/status': async (event) => {
      const { feature, ...around } = await visible.feature(caller(event), idOf(event));
      await report(feature, parseInput(StatusReport, jsonBody(event), 'The report'));
      const reported = await features.get(feature.id);
      if (!reported || !isListed(reported)) throw notFound('feature');
      return json(200, presentFeature(reported, features.descriptionOf(reported), around));
    },

    $default: async (event) => {
      const { method, path } = event.requestContext.http;
      throw new AppError('not_found', `There is no ${method} ${path} here. README.md says what there is.`);
    },
  };

  return async (event: HttpEvent): Promise<HttpResult> => handlers[event.routeKey as ApiRoute](event);
};
