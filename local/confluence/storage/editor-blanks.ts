import type { StorageElement, StorageNode } from './parse.ts';
import type { Edit } from './splice.ts';
import { childOf, elementsIn, isElement } from './tree.ts';

const BLOCK =
  /^(p|h[1-6]|ul|ol|li|table|thead|tbody|tr|th|td|hr|blockquote|ac:(task-list|task|layout|layout-section|layout-cell))$/;

/** Macros with a body are blocks; those without, such as status marks, may stand within a line. */
const isBlock = (node: StorageNode): boolean =>
  isElement(node) &&
  (BLOCK.test(node.name) ||
    (node.name === 'ac:structured-macro' &&
      Boolean(childOf(node, 'ac:rich-text-body') ?? childOf(node, 'ac:plain-text-body'))));

/** Writes `blank` between all blocks that stand side by side, in place of the white space that is there. */
export const blankEdits = (root: StorageElement, blank: '' | '\n'): Edit[] =>
  [...elementsIn(root)].flatMap(({ children }) => [
    ...children.flatMap((child, index) => removal(child, children[index - 1], children[index + 1], blank)),
    ...children.flatMap((child, index) => insertion(child, children[index - 1], blank)),
  ]);

const removal = (
  child: StorageNode,
  before: StorageNode | undefined,
  after: StorageNode | undefined,
  blank: string,
): Edit[] => {
  if (child.type !== 'text' || /[^ \t\r\n]/.test(child.text)) return [];
  const neighbours = [before, after].filter((node) => node !== undefined);
  if (neighbours.length === 0 || !neighbours.every(isBlock)) return [];
  return [{ start: child.start, end: child.end, text: blank }];
};

const insertion = (child: StorageNode, before: StorageNode | undefined, blank: string): Edit[] =>
  blank !== '' && before && isBlock(child) && isBlock(before)
    ? [{ start: before.end, end: before.end, text: blank }]
    : [];
