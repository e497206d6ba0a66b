import type { Confluence } from './confluence.ts';
import { tasksOf, tickTask } from './storage/tasks.ts';
import { newestVersion, Refused, thePage } from './store/content.ts';
import type { Page, Task } from './store/model.ts';
import { addVersion, replaceBody } from './store/pages.ts';

/** The tasks of all pages as they are known now: those of a changed page only some time after the change. */
export const knownTasks = (confluence: Confluence): Task[] => {
  const { store, clock } = confluence;
  for (const page of [...store.all('Page')]) {
    if (page.tasksDueAt !== null && Date.parse(page.tasksDueAt) <= clock.now()) readTasks(confluence, page);
  }
  return [...store.all('Task')];
};

/** Brings the tasks of a page in line with its body. One that stays keeps its id. */
const readTasks = (confluence: Confluence, page: Page): void => {
  const { store } = confluence;
  const version = newestVersion(confluence, page);
  const before = store.tasksOf(page.id);
  store.write((transaction) => {
    for (const found of tasksOf(version.storage)) {
      const at = before.findIndex(({ localId }) => localId === found.taskId);
      const [known] = at < 0 ? [] : before.splice(at, 1);
      const assignedTo = found.assignee ?? null;
      const dueAt = found.due ? `${found.due}T00:00:00.000Z` : null;
      const isSame =
        known?.status === found.status &&
        known.body === found.body &&
        known.assignedTo === assignedTo &&
        known.dueAt === dueAt;
      if (isSame) continue;
      const isDone = found.status === 'complete';
      transaction.set('Task', {
        id: known?.id ?? transaction.nextId(),
        pageId: page.id,
        localId: found.taskId,
        status: found.status,
        body: found.body,
        createdBy: known?.createdBy ?? version.authorId,
        assignedTo,
        completedBy: isDone ? (known?.completedBy ?? version.authorId) : null,
        createdAt: known?.createdAt ?? version.createdAt,
        updatedAt: version.createdAt,
        dueAt,
        completedAt: isDone ? (known?.completedAt ?? version.createdAt) : null,
      });
    }
    for (const gone of before) transaction.delete('Task', gone.id);
    transaction.set('Page', { ...page, tasksDueAt: null });
  });
};

/** Ticks a task, or takes the tick away, in the task list and in the body of its page. Throws `Refused` if it is gone. */
export const setTaskStatus = (
  confluence: Confluence,
  task: Task,
  status: Task['status'],
  accountId: string,
): Task => {
  const { store, clock, switches } = confluence;
  const page = thePage(confluence, task.pageId);
  const storage = tickTask(newestVersion(confluence, page).storage, task.localId, status);
  if (storage === undefined) throw new Refused('not-found', `the page has no task ${task.localId} any more`);
  const at = clock.iso();
  const isDone = status === 'complete';
  const ticked: Task = {
    ...task,
    status,
    updatedAt: at,
    completedBy: isDone ? accountId : null,
    completedAt: isDone ? at : null,
  };
  return store.write((transaction) => {
    if (switches.values.taskMakesVersion)
      addVersion(confluence, transaction, page.id, { storage, authorId: accountId });
    else replaceBody(confluence, transaction, page, storage);
    return transaction.set('Task', ticked);
  });
};
