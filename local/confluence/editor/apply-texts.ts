import { escapeText } from '../storage/entities.ts';
import { parseStorage } from '../storage/parse.ts';
import { editsOf } from '../storage/replace-text.ts';
import { type Edit, splice } from '../storage/splice.ts';
import { type Field, fieldsOf, isPlaceholder } from './fields.ts';

/** Storage with the fields' texts as they were edited. `texts` are those of the fields in their order. */
export const applyTexts = (storage: string, texts: ReadonlyMap<number, string>): string => {
  const fields = fieldsOf(parseStorage(storage));
  const edits = fields.flatMap((field, index) => {
    const text = texts.get(index)?.replaceAll('\r\n', '\n');
    return text === undefined || text.trim() === field.text ? [] : fieldEdits(storage, field, text.trim());
  });
  return splice(storage, edits);
};

const fieldEdits = (storage: string, { run, text: old, element }: Field, text: string): Edit[] => {
  if (run) return editsOf(storage, run, run.text.length - run.text.trimStart().length, old, text);
  if (isPlaceholder(element)) return [{ start: element.start, end: element.end, text: escapeText(text) }];
  const { openEnd, closeStart, closesItself, end, name } = element;
  if (!closesItself) return [{ start: openEnd, end: closeStart, text: escapeText(text) }];
  const tag = storage.slice(element.start, openEnd).replace(/\s*\/>$/, '>');
  return [{ start: element.start, end, text: `${tag}${escapeText(text)}</${name}>` }];
};
