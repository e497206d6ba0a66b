import type { StorageElement } from '../storage/parse.ts';
import { parseStorage } from '../storage/parse.ts';
import { splice } from '../storage/splice.ts';
import { tasksOf } from '../storage/tasks.ts';
import { childOf, elementsIn, isElement } from '../storage/tree.ts';
import { CHANGEABLE } from './blocks.ts';
import { placedElements } from './fields.ts';
import { addRow, deleteRow } from './rows.ts';

const elementAt = (storage: string, place: number): StorageElement | undefined =>
  placedElements(parseStorage(storage))[place];

const after = (storage: string, { end }: StorageElement, text: string): string =>
  splice(storage, [{ start: end, end, text }]);

const without = (storage: string, { start, end }: StorageElement): string =>
  splice(storage, [{ start, end, text: '' }]);

/** A new empty block of the same kind below the one at a place of `blocksOf`. */
export const addBlock = (storage: string, place: number): string => {
  const element = elementAt(storage, place);
  if (!element || !CHANGEABLE.test(element.name)) return storage;
  if (element.name === 'tr') return addRow(storage, element);
  if (element.name === 'ac:task') return after(storage, element, newTask(storage));
  if (element.name === 'li')
    return after(storage, element, childOf(element, 'p') ? '<li><p /></li>' : '<li></li>');
  return after(storage, element, '<p />');
};

const newTask = (storage: string): string => {
  const numbers = tasksOf(storage).map(({ taskId }) => Number(taskId));
  const taskId = Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1;
  return `<ac:task><ac:task-id>${taskId}</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body></ac:task-body></ac:task>`;
};

/** An empty heading below the paragraph, list or table of a block, of the level of the last heading before it. */
export const addHeading = (storage: string, place: number): string => {
  const elements = placedElements(parseStorage(storage));
  const element = elements[place];
  if (!element?.parent) return storage;
  const above = elements.slice(0, place + 1).findLast(({ name }) => /^h[1-6]$/.test(name));
  const name = above?.name ?? 'h2';
  return after(storage, topOf(element), `<${name}></${name}>`);
};

const CONTAINERS = ['ac:layout-cell', 'ac:rich-text-body', 'ac:adf-content', 'blockquote', 'div'];

/** The list, table or other block around an element that stands in the page itself, in a column or in a macro. */
const topOf = (element: StorageElement): StorageElement => {
  let top = element;
  while (top.parent?.parent && !CONTAINERS.includes(top.parent.name)) top = top.parent;
  return top;
};

/** Deletes the block at a place of `blocksOf`, and its list or table with the last of its kind. */
export const deleteBlock = (storage: string, place: number): string => {
  const element = elementAt(storage, place);
  if (!element || !CHANGEABLE.test(element.name)) return storage;
  if (element.name === 'tr') return deleteRow(storage, element);
  const isOnly = element.parent?.children.filter((child) => isElement(child)).length === 1;
  const isListed = element.name === 'li' || element.name === 'ac:task';
  return without(storage, isListed && isOnly && element.parent?.parent ? element.parent : element);
};

const NEW_BLOCKS: Record<string, (storage: string) => string> = {
  heading: () => '<h2></h2>',
  paragraph: () => '<p />',
  list: () => '<ul><li><p /></li></ul>',
  tasks: (storage) => `<ac:task-list>${newTask(storage)}</ac:task-list>`,
  table: () =>
    `<table><tbody>${['th', 'td'].map((name) => `<tr>${`<${name}><p /></${name}>`.repeat(3)}</tr>`).join('')}</tbody></table>`,
};

/** A new block at the end of the page, or of its last column. */
export const appendBlock = (storage: string, kind: string): string => {
  const block = Object.hasOwn(NEW_BLOCKS, kind) ? NEW_BLOCKS[kind]?.(storage) : undefined;
  if (!block) return storage;
  const root = parseStorage(storage);
  const last = root.children.findLast((child) => isElement(child));
  const columns = last && isElement(last, 'ac:layout') ? [...elementsIn(last)] : [];
  const column = columns.findLast(({ name, closesItself }) => name === 'ac:layout-cell' && !closesItself);
  const at = column?.closeStart ?? storage.length;
  return splice(storage, [{ start: at, end: at, text: block }]);
};
