import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { characterOf } from './entities.ts';
import { type Attribute, openTagOf } from './open-tag.ts';

/** Where a node is in the storage text, in UTF-16 units; `end` is behind its last one. */
interface Span {
  start: number;
  end: number;
}

export interface StorageElement extends Span {
  type: 'element';
  name: string;
  attributes: Attribute[];
  children: StorageNode[];
  parent: StorageElement | undefined;
  /** Behind the open tag. */
  openEnd: number;
  /** Where the close tag begins; equals `openEnd` if the element closes itself. */
  closeStart: number;
  closesItself: boolean;
}

export interface StorageText extends Span {
  type: 'text' | 'cdata';
  /** Decoded. */
  text: string;
  parent: StorageElement;
}

export type StorageNode = StorageElement | StorageText;

const WRAPPER = '<root>';
/** Deeper trees are refused, because the functions on trees call themselves. Real pages have about twenty levels. */
const MAX_DEPTH = 500;

/** Storage that is no well-formed XHTML, in the words of Confluence. Row and column count from 1. */
export class StorageError extends Error {
  readonly row: number;
  readonly col: number;

  constructor(problem: string, storage: string, offset: number) {
    const lines = storage.slice(0, offset).split('\n');
    const row = lines.length;
    const col = (lines.at(-1)?.length ?? 0) + 1;
    super(`Error parsing xhtml: ${problem}\n at [row,col {unknown-source}]: [${row},${col}]`);
    this.row = row;
    this.col = col;
  }
}

/** The tree of a storage text, below a root that is not in the text. Throws a `StorageError`. */
export const parseStorage = (storage: string): StorageElement => {
  try {
    const { root } = parseXml(`${WRAPPER}${storage}</root>`, {
      includeOffsets: true,
      preserveCdata: true,
      // Without comments as nodes, the texts around one would be one node whose span covers it.
      preserveComments: true,
      resolveUndefinedEntity: (entity) => characterOf(entity.slice(1, -1)) ?? null,
    });
    if (!root) throw new Error('the wrapper is the root');
    return { ...elementOf(root, storage, undefined, 0), start: 0, end: storage.length };
  } catch (error) {
    if (error instanceof XmlError) throw storageErrorOf(error, storage);
    if (error instanceof RangeError) throw new StorageError('Maximum element depth exceeded.', storage, 0);
    throw error;
  }
};

const elementOf = (
  node: XmlElement,
  storage: string,
  parent: StorageElement | undefined,
  depth: number,
): StorageElement => {
  const start = node.start - WRAPPER.length;
  const end = node.end - WRAPPER.length;
  if (depth > MAX_DEPTH)
    throw new StorageError(`Maximum element depth of ${MAX_DEPTH} exceeded.`, storage, start);
  const { attributes, openEnd, closesItself } = parent
    ? openTagOf(storage, start)
    : { attributes: [], openEnd: 0, closesItself: false };
  const closeStart = closesItself ? openEnd : parent ? storage.lastIndexOf('</', end - 1) : storage.length;
  const element: StorageElement = {
    type: 'element',
    name: node.name,
    attributes,
    children: [],
    parent,
    start,
    end,
    openEnd,
    closeStart,
    closesItself,
  };
  for (const child of node.children) {
    if (child instanceof XmlElement) element.children.push(elementOf(child, storage, element, depth + 1));
    else if (child instanceof XmlText) {
      const type = child instanceof XmlCdata ? 'cdata' : 'text';
      element.children.push({
        type,
        text: child.text,
        parent: element,
        start: child.start - WRAPPER.length,
        end: child.end - WRAPPER.length,
      });
    }
  }
  return element;
};

/** The parser's complaint in the words of Confluence, whose parser names the tags and entities in question. */
const storageErrorOf = ({ message, pos }: XmlError, storage: string): StorageError => {
  const offset = Math.max(0, Math.min(pos - WRAPPER.length, storage.length));
  const problem = message.split('\n')[0]?.replace(/ \(line \d+, column \d+\)$/, '') ?? message;
  const [, open] = /^Missing end tag for element (\S+)$/.exec(problem) ?? [];
  const [, entity] = /^Named entity isn't defined: &(.*);$/.exec(problem) ?? [];
  const [, close] = /^<\/([^\s>]+)/.exec(storage.slice(offset, offset + 100)) ?? [];
  const said = (): string => {
    if (entity) return `Undeclared general entity "${entity}"`;
    if (open && close) return `Unexpected close tag </${close}>; expected </${open}>.`;
    if (open && offset === storage.length)
      return `Unexpected EOF; was expecting a close tag for element <${open}>`;
    return open ? `Unexpected character '${storage[offset]}' in <${open}>` : problem;
  };
  return new StorageError(said(), storage, offset);
};
