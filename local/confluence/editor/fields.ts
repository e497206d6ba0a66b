import type { StorageElement } from '../storage/parse.ts';
import { elementsIn, isElement } from '../storage/tree.ts';
import { type Run, visibleRuns } from '../storage/visible-text.ts';

/** A text that a person can edit: a run, a block without text, a placeholder. */
export interface Field {
  text: string;
  /** What a template says there is to type in. */
  hint: string;
  /** Undefined for an empty block. */
  run: Run | undefined;
  /** The innermost element that holds it all. */
  element: StorageElement;
}

const EMPTY_BLOCKS = /^(p|h[1-6]|td|th|li|ac:task-body)$/;

const isEmpty = (element: StorageElement): boolean =>
  EMPTY_BLOCKS.test(element.name) &&
  element.children.every((child) =>
    isElement(child)
      ? ['br', 'span', 'strong'].includes(child.name) && isBlank(child)
      : child.text.trim() === '',
  );

const isBlank = ({ children }: StorageElement): boolean =>
  children.every((child) => child.type !== 'element' && child.text.trim() === '');

/** The texts of a page in its order. */
export const fieldsOf = (root: StorageElement): Field[] => {
  const runs = visibleRuns(root).map((run): Field => {
    const element = run.pieces[0]?.node.parent ?? root;
    return isPlaceholder(element)
      ? { text: '', hint: run.text.trim(), run: undefined, element }
      : { text: run.text.trim(), hint: '', run, element };
  });
  const empty = [...elementsIn(root)]
    .filter(isEmpty)
    .map((element): Field => ({ text: '', hint: '', run: undefined, element }));
  const startOf = ({ run, element }: Field): number => run?.pieces[0]?.node.start ?? element.start;
  return [...runs, ...empty].sort((a, b) => startOf(a) - startOf(b));
};

/** Typing takes the place of a placeholder. */
export const isPlaceholder = ({ name }: StorageElement): boolean => name === 'ac:placeholder';

/** The elements of a page by place. Texts that are typed change no place, so placeholders have none. */
export const placedElements = (root: StorageElement): StorageElement[] =>
  [...elementsIn(root)].filter((element) => !isPlaceholder(element));
