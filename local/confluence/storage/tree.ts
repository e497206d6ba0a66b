import { decoded } from './entities.ts';
import type { StorageElement, StorageNode } from './parse.ts';

/** An element and all elements in it, in document order. */
export function* elementsIn(element: StorageElement): Generator<StorageElement> {
  yield element;
  for (const child of element.children) if (child.type === 'element') yield* elementsIn(child);
}

/** The value of an attribute as it is written. */
export const attribute = ({ attributes }: StorageElement, name: string): string | undefined =>
  attributes.find((one) => one.name === name)?.source;

/** The value of an attribute, decoded. */
export const attributeValue = (element: StorageElement, name: string): string | undefined => {
  const source = attribute(element, name);
  return source === undefined ? undefined : decoded(source);
};

export const isElement = (node: StorageNode, ...names: string[]): node is StorageElement =>
  node.type === 'element' && (names.length === 0 || names.includes(node.name));

export const childOf = (element: StorageElement, name: string): StorageElement | undefined =>
  element.children.find((child): child is StorageElement => isElement(child, name));

/** The decoded text in an element. */
export const textOf = (node: StorageNode): string =>
  node.type === 'element' ? node.children.map(textOf).join('') : node.text;
