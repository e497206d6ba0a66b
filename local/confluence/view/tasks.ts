import { markup } from '../../stand-in/html.ts';
import { childOf, textOf } from '../storage/tree.ts';
import type { Draw } from './drawing.ts';

/** A task with a box to tick: a button of the page's form, because nothing runs on a page. */
export const task: Draw = (element, drawing) => {
  const text = (name: string): string => {
    const child = childOf(element, name);
    return child ? textOf(child).trim() : '';
  };
  const body = childOf(element, 'ac:task-body');
  const isDone = text('ac:task-status') === 'complete';
  const { tickForm } = drawing.context;
  const box = isDone ? '☑' : '☐';
  const button = markup`<button form="${tickForm}" name="task" value="${text('ac:task-id')}:${isDone ? 'incomplete' : 'complete'}" role="checkbox" aria-checked="${String(isDone)}" aria-label="${isDone ? 'Done' : 'To do'}: ${text('ac:task-body').slice(0, 80)}">${box}</button>`;
  return markup`<li${isDone && markup` class="done"`}>${tickForm ? button : markup`<span>${box}</span>`}<div>${body ? drawing.inside(body) : ''}</div></li>`;
};
