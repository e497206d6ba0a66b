import { editorSave } from '../../../local/confluence/storage/editor-save.ts';

/** What a person does to a page's storage. Each throws where the page is not as the edit expects. */
export type Edit = (storage: string) => string;

const only = (storage: string, text: string): number => {
  const at = storage.indexOf(text);
  if (at < 0 || storage.includes(text, at + 1)) throw new Error(`not once on the page: ${text}`);
  return at;
};

/** The span from `start` to before `end`, both of which occur; `end` is the next one behind `start`. */
const span = (storage: string, start: string, end: string): [number, number] => {
  const from = only(storage, start);
  const to = storage.indexOf(end, from + start.length);
  if (to < 0) throw new Error(`not on the page behind ${start}: ${end}`);
  return [from, to];
};

export const replaced =
  (from: string, to: string): Edit =>
  (storage) => {
    const at = only(storage, from);
    return storage.slice(0, at) + to + storage.slice(at + from.length);
  };

export const replacedAll =
  (from: RegExp, to: string | ((...groups: string[]) => string)): Edit =>
  (storage) => {
    const edited = storage.replace(from, to as string);
    if (edited === storage) throw new Error(`not on the page: ${from}`);
    return edited;
  };

export const inserted =
  (before: string, text: string): Edit =>
  (storage) =>
    replaced(before, `${text}${before}`)(storage);

/** Without what stands from `start` to before the next `end`. */
export const without =
  (start: string, end: string): Edit =>
  (storage) => {
    const [from, to] = span(storage, start, end);
    return storage.slice(0, from) + storage.slice(to);
  };

export const moved =
  (start: string, end: string, before: string): Edit =>
  (storage) => {
    const [from, to] = span(storage, start, end);
    return inserted(before, storage.slice(from, to))(storage.slice(0, from) + storage.slice(to));
  };

/** A copy of what stands from `start` to before the next `end`, put before the original. */
export const copied =
  (start: string, end: string, change: Edit): Edit =>
  (storage) => {
    const [from, to] = span(storage, start, end);
    return storage.slice(0, from) + change(storage.slice(from, to)) + storage.slice(from);
  };

export const swapped = (a: string, b: string): Edit => {
  const held = '\uE000';
  return (storage) =>
    [replaced(a, held), replaced(b, a), replaced(held, b)].reduce((text, edit) => edit(text), storage);
};

/** The cells of every row in another order, for tables without spans. */
export const columnsOrdered =
  (order: number[]): Edit =>
  (storage) =>
    storage.replace(/<tr[^>]*>.*?<\/tr>/gs, (row) => {
      const cells = row.match(/<t[hd]\b.*?<\/t[hd]>/gs) ?? [];
      const open = row.slice(0, row.indexOf('>') + 1);
      return `${open}${order.map((at) => cells[at] ?? '').join('')}</tr>`;
    });

export const savedInEditor: Edit = (storage) => editorSave(storage, 'a save');
