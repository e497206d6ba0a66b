import { parseStorage, type StorageElement } from './parse.ts';
import { splice } from './splice.ts';
import { attribute, childOf, elementsIn, textOf } from './tree.ts';

export type TaskStatus = 'complete' | 'incomplete';

export interface StorageTask {
  /** Unique on its page. */
  taskId: string;
  uuid?: string;
  status: TaskStatus;
  /** Storage, tasks in it included. */
  body: string;
  /** Account id of the first person that is mentioned. */
  assignee?: string;
  /** The first date, such as `2026-06-01`. */
  due?: string;
}

/** The tasks of a page in its order. Throws a `StorageError`. */
export const tasksOf = (storage: string): StorageTask[] =>
  taskElements(storage).map((task) => {
    const body = childOf(task, 'ac:task-body');
    const own = body ? [...ownElements(body)] : [];
    const uuid = childOf(task, 'ac:task-uuid');
    const person = own.find(({ name }) => name === 'ri:user');
    const assignee = person && attribute(person, 'ri:account-id');
    const time = own.find(({ name }) => name === 'time');
    const due = time && attribute(time, 'datetime');
    return {
      taskId: taskIdOf(task) ?? '',
      status: statusOf(task),
      body: body ? storage.slice(body.openEnd, body.closeStart) : '',
      ...(uuid && { uuid: textOf(uuid).trim() }),
      ...(assignee && { assignee }),
      ...(due && { due }),
    };
  });

/** Storage with the status of one task set, or undefined if the page has no such task. Throws a `StorageError`. */
export const tickTask = (storage: string, taskId: string, status: TaskStatus): string | undefined => {
  const task = taskElements(storage).find((one) => taskIdOf(one) === taskId);
  const element = task && childOf(task, 'ac:task-status');
  if (!task || !element) return undefined;
  if (statusOf(task) === status) return storage;
  const { start, end } = element;
  return splice(storage, [{ start, end, text: `<ac:task-status>${status}</ac:task-status>` }]);
};

const taskElements = (storage: string): StorageElement[] =>
  [...elementsIn(parseStorage(storage))].filter(
    (element) => element.name === 'ac:task' && taskIdOf(element) !== undefined,
  );

const taskIdOf = (task: StorageElement): string | undefined => {
  const id = childOf(task, 'ac:task-id');
  return id && textOf(id).trim();
};

const statusOf = (task: StorageElement): TaskStatus => {
  const status = childOf(task, 'ac:task-status');
  return status && textOf(status).trim() === 'complete' ? 'complete' : 'incomplete';
};

/** The elements of a task's body without those of the tasks in it. */
function* ownElements(element: StorageElement): Generator<StorageElement> {
  for (const child of element.children)
    if (child.type === 'element' && child.name !== 'ac:task-list') {
      yield child;
      yield* ownElements(child);
    }
}
