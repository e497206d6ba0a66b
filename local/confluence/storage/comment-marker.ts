import { parseStorage } from './parse.ts';
import { splice } from './splice.ts';
import { findText, partsOf } from './visible-text.ts';

/**
 * Storage with an inline comment on the first occurrence of a text, or undefined if the page does not say it. Where
 * formatting divides the text, each piece has a marker with the same reference. Throws a `StorageError`.
 */
export const commentMarker = (storage: string, text: string, ref: string): string | undefined => {
  const found = findText(parseStorage(storage), text);
  if (!found) return undefined;
  const parts = partsOf(storage, found.run, found.at, found.at + text.length);
  if (parts.some(({ node }) => node.type === 'cdata')) return undefined;
  return splice(
    storage,
    parts.map(({ start, end }) => ({
      start,
      end,
      text: `<ac:inline-comment-marker ac:ref="${ref}">${storage.slice(start, end)}</ac:inline-comment-marker>`,
    })),
  );
};
