import type { XmlElement } from '@rgrove/parse-xml';
import type { Task } from './blocks.ts';
import { childOf } from './elements.ts';

/** The task that an element is, if it is one. */
export const taskOf = (element: XmlElement): Task | undefined => {
  if (element.name !== 'ac:task') return undefined;
  const textOf = (name: string) => childOf(element, name)?.text.trim() || undefined;
  return {
    id: textOf('ac:task-id'),
    uuid: textOf('ac:task-uuid'),
    done: textOf('ac:task-status') === 'complete',
  };
};
