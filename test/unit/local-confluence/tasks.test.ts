import { expect, test } from 'vitest';
import { tasksOf, tickTask } from '../../../local/confluence/storage/tasks.ts';
import { planningPages } from '../../support/local-confluence/storage.ts';

const [, library = ''] = planningPages.find(([name]) => name.startsWith('06')) ?? [];

test('tasks are listed with status, assignee and due date, nested ones too', () => {
  const tasks = tasksOf(library);
  expect(tasks.map(({ taskId, status }) => `${taskId} ${status}`)).toEqual([
    '11 complete',
    '12 complete',
    '13 incomplete',
    '14 incomplete',
    '15 incomplete',
    '16 incomplete',
    '21 incomplete',
    '22 incomplete',
    '31 incomplete',
  ]);
  expect(tasks[0]).toMatchObject({ uuid: '9a000000-0000-4000-8000-000000000011' });
  expect(tasks[1]).toEqual({ taskId: '12', status: 'complete', body: 'Damaged labels show a hint' });
  expect(tasks[3]).toMatchObject({ assignee: '712020:cc03', due: '2026-06-01' });
});

test('the assignee of a nested task is not that of the task around it', () => {
  const inner =
    '<ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body><ac:link><ri:user ri:account-id="a"/></ac:link></ac:task-body></ac:task>';
  const outer = `<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-body>x<ac:task-list>${inner}</ac:task-list></ac:task-body></ac:task></ac:task-list>`;
  expect(tasksOf(outer).map(({ assignee }) => assignee)).toEqual([undefined, 'a']);
});

test('ticking a task changes the word of its status and nothing else', () => {
  const ticked = tickTask(library, '13', 'complete') ?? '';
  expect(ticked).toBe(
    library.replace(/(<ac:task-id>13<\/ac:task-id><ac:task-status>)incomplete/, '$1complete'),
  );
  expect(tickTask(ticked, '13', 'complete')).toBe(ticked);
  expect(tickTask(ticked, '13', 'incomplete')).toBe(library);
  expect(tickTask(library, '99', 'complete')).toBeUndefined();
});
