import { blankEdits } from './editor-blanks.ts';
import { appearingParagraphs, columnEdits, tableAttributes } from './editor-tables.ts';
import { withoutNamedEntities } from './entities.ts';
import { parseStorage, type StorageElement } from './parse.ts';
import { SeededIds } from './seeded-ids.ts';
import { type Edit, splice } from './splice.ts';
import { attribute, elementsIn } from './tree.ts';

/**
 * What the editor makes of a page that a person saves in it: ids on every block, attributes in an order of its own,
 * other blanks between blocks, characters for entities. Text, links, task ids, status titles and comment markers stay.
 * The same for the same seed. Throws a `StorageError`.
 */
export const editorSave = (storage: string, seed: string): string => {
  const ids = new SeededIds(seed);
  const root = parseStorage(storage);
  const seen = new Set<string>();
  const edits = [...elementsIn(root)].flatMap((element) => [
    ...(element.parent ? tagEdits(element, storage, { ids, seen }) : []),
    ...columnEdits(element),
    ...entityEdits(element, storage),
  ]);
  return splice(storage, [
    ...edits,
    ...appearingParagraphs(root, () => ids.short()),
    ...blankEdits(root, ids.coin() ? '' : '\n'),
  ]);
};

interface Save {
  ids: SeededIds;
  /** The local ids so far. One that comes again is of a pasted copy, and the copy gets a new one. */
  seen: Set<string>;
}

const tagEdits = (element: StorageElement, storage: string, save: Save): Edit[] => {
  const { name, start, end, openEnd, closeStart, closesItself } = element;
  const values = new Map(
    element.attributes.map((one) => {
      const written = storage.slice(one.start + one.name.length, one.end);
      return [one.name, withoutNamedEntities(written)];
    }),
  );
  setLocalId(element, values, save);
  setMacroIds(element, values, save.ids);
  for (const [added, value] of tableAttributes(element, save.ids)) values.set(added, `="${value}"`);
  const isEmptyParagraph = name === 'p' && !closesItself && openEnd === closeStart;
  const attributes = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const tag = `<${name}${attributes.map(([key, value]) => ` ${key}${value}`).join('')}${
    closesItself || isEmptyParagraph ? ' />' : '>'
  }`;
  return [
    ...(tag === storage.slice(start, openEnd) ? [] : [{ start, end: openEnd, text: tag }]),
    ...(isEmptyParagraph ? [{ start: closeStart, end, text: '' }] : []),
  ];
};

const BLOCKS = /^(p|h[1-6]|ul|ol|li|blockquote|pre|hr)$/;
const TABLES = /^(table|tr|th|td)$/;
const MACROS = /^ac:(structured-macro|task|task-list)$/;

const setLocalId = (element: StorageElement, values: Map<string, string>, { ids, seen }: Save): void => {
  const { name } = element;
  if (!(BLOCKS.test(name) || TABLES.test(name) || MACROS.test(name))) return;
  const old = ['ac:local-id', 'local-id'].find((one) => values.has(one));
  const id = old && attribute(element, old);
  if (id && !seen.has(id)) seen.add(id);
  else values.set(old ?? (BLOCKS.test(name) ? 'local-id' : 'ac:local-id'), `="${newId(name, ids)}"`);
};

const newId = (name: string, ids: SeededIds): string => (MACROS.test(name) ? ids.uuid() : ids.short());

const setMacroIds = ({ name }: StorageElement, values: Map<string, string>, ids: SeededIds): void => {
  if (name !== 'ac:structured-macro') return;
  if (!values.has('ac:schema-version')) values.set('ac:schema-version', '="1"');
  if (ids.coin() || !values.has('ac:macro-id')) values.set('ac:macro-id', `="${ids.uuid()}"`);
};

const entityEdits = ({ children }: StorageElement, storage: string): Edit[] =>
  children.flatMap(({ type, start, end }): Edit[] => {
    if (type !== 'text') return [];
    const source = storage.slice(start, end);
    const text = withoutNamedEntities(source);
    return text === source ? [] : [{ start, end, text }];
  });
