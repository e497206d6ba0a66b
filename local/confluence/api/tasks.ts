import type { HttpResponse } from '../../stand-in/http.ts';
import { scopes } from '../oauth/scopes.ts';
import type { Task } from '../store/model.ts';
import { mayEdit, maySee } from '../store/permissions.ts';
import { knownTasks, setTaskStatus } from '../tasks.ts';
import { type ApiRoute, answer, bodyOf, type Call } from './call.ts';
import { ApiError, invalid, notFound, notImplemented } from './errors.ts';
import { storageBody } from './pages/page-view.ts';
import { answerList } from './paging.ts';
import { checkId, flagOf, idsOf, listOf, numberOf, wordOf } from './parameters.ts';

const pageOf = ({ confluence }: Call, { pageId }: Task) => confluence.store.get('Page', pageId);

const taskView = (call: Call, task: Task, withBody: boolean) => ({
  id: task.id,
  localId: task.localId,
  spaceId: pageOf(call, task)?.spaceId ?? null,
  pageId: task.pageId,
  status: task.status,
  body: withBody ? storageBody(task.body) : {},
  createdBy: task.createdBy,
  assignedTo: task.assignedTo,
  completedBy: task.completedBy,
  createdAt: task.createdAt,
  updatedAt: task.updatedAt,
  dueAt: task.dueAt,
  completedAt: task.completedAt,
});

const visibleTasks = (call: Call): Task[] =>
  knownTasks(call.confluence).filter((task) => {
    const page = pageOf(call, task);
    return page?.status === 'current' && maySee(call.confluence, call.caller, page);
  });

const people = ['assigned-to', 'created-by', 'completed-by'] as const;
const times = ['created-at', 'due-at', 'completed-at'] as const;

const tasks = (call: Call): HttpResponse => {
  const { query } = call;
  const [pages, spaces, ids] = ['page-id', 'space-id', 'task-id'].map((name) => idsOf(query, name, 250));
  const status = wordOf(query, 'status', ['complete', 'incomplete']);
  const withBlank = flagOf(query, 'include-blank-tasks', true);
  if (query.has('blogpost-id')) throw notImplemented('blogpost-id');
  const rows = visibleTasks(call).filter(
    (task) =>
      (!pages || pages.has(task.pageId)) &&
      (!spaces || spaces.has(pageOf(call, task)?.spaceId ?? '')) &&
      (!ids || ids.has(task.id)) &&
      (!status || task.status === status) &&
      (withBlank || task.body.trim() !== '') &&
      people.every((name) => isAmong(query, name, task)) &&
      times.every((name) => isWithin(query, name, task)),
  );
  const withBody = wantsTaskBody(query);
  return answerList(call, rows, { by: () => '' }, (task) => taskView(call, task, withBody));
};

const isAmong = (query: URLSearchParams, name: (typeof people)[number], task: Task): boolean => {
  const accounts = listOf(query, name);
  const field = {
    'assigned-to': task.assignedTo,
    'created-by': task.createdBy,
    'completed-by': task.completedBy,
  };
  return !accounts || accounts.includes(field[name] ?? '');
};

const isWithin = (query: URLSearchParams, name: (typeof times)[number], task: Task): boolean => {
  const limit = (end: string, fallback: number) =>
    numberOf(query, `${name}-${end}`, { min: 0, max: 10 ** 14, fallback });
  if (!query.has(`${name}-from`) && !query.has(`${name}-to`)) return true;
  const field = { 'created-at': task.createdAt, 'due-at': task.dueAt, 'completed-at': task.completedAt };
  const at = Date.parse(field[name] ?? '');
  return at >= limit('from', 0) && at <= limit('to', 10 ** 14);
};

/** Tasks are answered with their body in storage format also where the query names none. */
const wantsTaskBody = (query: URLSearchParams): boolean => {
  const format = query.get('body-format') ?? 'storage';
  if (format !== 'storage') throw notImplemented(`body-format=${format}`);
  return true;
};

const taskOfPath = (call: Call): Task => {
  const id = checkId(call.parameters.id ?? '', 'id');
  const task = visibleTasks(call).find((one) => one.id === id);
  if (!task) throw notFound();
  return task;
};

const updateTask = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  const task = taskOfPath(call);
  const { status } = bodyOf(call);
  if (status !== 'complete' && status !== 'incomplete')
    throw invalid('status must be complete or incomplete');
  const page = pageOf(call, task);
  if (!page) throw notFound();
  if (!mayEdit(confluence, caller, page)) throw new ApiError(403, 'FORBIDDEN', 'Forbidden');
  const updated = status === task.status ? task : setTaskStatus(confluence, task, status, caller.person.id);
  return answer(200, taskView(call, updated, true));
};

export const taskRoutes: ApiRoute[] = [
  { route: 'GET /wiki/api/v2/tasks', scopes: scopes.readTask, isList: true, handle: tasks },
  {
    route: 'GET /wiki/api/v2/tasks/{id}',
    scopes: scopes.readTask,
    handle: (call) => answer(200, taskView(call, taskOfPath(call), wantsTaskBody(call.query))),
  },
  { route: 'PUT /wiki/api/v2/tasks/{id}', scopes: scopes.writeTask, handle: updateTask },
];
