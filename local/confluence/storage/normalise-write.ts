import { randomUUID } from 'node:crypto';
import { withoutNamedEntities } from './entities.ts';
import { parseStorage, type StorageElement, StorageError } from './parse.ts';
import { type Edit, splice } from './splice.ts';
import { attribute, elementsIn } from './tree.ts';

/** What no source settles about a write through the API. The first word of each is the default. */
export interface WriteSwitches {
  unknownLocalIds: 'kept' | 'stripped';
  macroIds: 'added' | 'kept-as-sent' | 'renewed';
  quotes: 'kept' | 'curled';
  entities: 'kept' | 'decoded';
  versionAtSave: 'absent' | 'added';
}

export type WriteResult = { storage: string } | { error: string; row: number; col: number };

/**
 * What Confluence keeps of storage that is sent through the API: macros get ids, empty tags a blank before `/>`. For
 * malformed storage the error in Confluence's words. `stored` is the page's body before the write, whose local ids are
 * known.
 */
export const normaliseWrite = (
  storage: string,
  switches: WriteSwitches,
  { stored = '', newId = randomUUID }: { stored?: string; newId?: () => string } = {},
): WriteResult => {
  try {
    const known = switches.unknownLocalIds === 'stripped' ? localIdsOf(stored) : undefined;
    const elements = [...elementsIn(parseStorage(storage))];
    const edits = elements.flatMap((element) => [
      ...(element.parent ? tagEdits(element, storage, { switches, newId, known }) : []),
      ...textEdits(element, storage, switches),
    ]);
    return { storage: splice(storage, edits) };
  } catch (error) {
    if (error instanceof StorageError) return { error: error.message, row: error.row, col: error.col };
    throw error;
  }
};

const LOCAL_IDS = ['local-id', 'ac:local-id'];

const localIdsOf = (storage: string): Set<string> =>
  new Set(
    [...elementsIn(parseStorage(storage))].flatMap(({ attributes }) =>
      attributes.filter(({ name }) => LOCAL_IDS.includes(name)).map(({ source }) => source),
    ),
  );

interface Rules {
  switches: WriteSwitches;
  newId: () => string;
  /** The local ids that stay; all of them without it. */
  known: ReadonlySet<string> | undefined;
}

const tagEdits = (element: StorageElement, storage: string, rules: Rules): Edit[] => {
  const added = [...macroAttributes(element, rules), ...linkAttributes(element, rules)];
  const { openEnd, closesItself } = element;
  const last = element.attributes.at(-1)?.end ?? element.start + 1 + element.name.length;
  const tail = storage.slice(last, openEnd);
  const written = added.map(([name, value]) => ` ${name}="${value}"`).join('');
  const close = closesItself && tail === '/>' ? ' />' : tail;
  return [
    ...attributeEdits(element, storage, rules),
    ...(written || close !== tail ? [{ start: last, end: openEnd, text: written + close }] : []),
  ];
};

const macroAttributes = (
  element: StorageElement,
  { switches: { macroIds }, newId }: Rules,
): [string, string][] => {
  if (element.name !== 'ac:structured-macro' || macroIds === 'kept-as-sent') return [];
  const missing = (name: string): boolean => attribute(element, name) === undefined;
  return [
    ...(missing('ac:schema-version') ? [['ac:schema-version', '1'] as [string, string]] : []),
    ...(missing('ac:macro-id') ? [['ac:macro-id', newId()] as [string, string]] : []),
  ];
};

const linkAttributes = (element: StorageElement, { switches }: Rules): [string, string][] => {
  const isTarget = ['ri:page', 'ri:attachment'].includes(element.name);
  if (!isTarget || switches.versionAtSave === 'absent') return [];
  return attribute(element, 'ri:version-at-save') === undefined ? [['ri:version-at-save', '1']] : [];
};

const attributeEdits = (
  { name: element, attributes }: StorageElement,
  storage: string,
  { switches, newId, known }: Rules,
): Edit[] =>
  attributes.flatMap(({ name, source, start, end }): Edit[] => {
    if (known && LOCAL_IDS.includes(name) && !known.has(source)) {
      const blank = storage.slice(0, start).trimEnd().length;
      return [{ start: blank, end, text: '' }];
    }
    const isMacroId = element === 'ac:structured-macro' && name === 'ac:macro-id';
    return isMacroId && switches.macroIds === 'renewed'
      ? [{ start, end, text: `ac:macro-id="${newId()}"` }]
      : [];
  });

const textEdits = ({ children }: StorageElement, storage: string, switches: WriteSwitches): Edit[] =>
  children.flatMap((child): Edit[] => {
    if (child.type !== 'text') return [];
    const { start, end } = child;
    const source = storage.slice(start, end);
    const decoded = switches.entities === 'decoded' ? withoutNamedEntities(source) : source;
    const text = switches.quotes === 'curled' ? decoded.replaceAll("'", '’') : decoded;
    return text === source ? [] : [{ start, end, text }];
  });
