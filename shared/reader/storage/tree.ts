import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';
import { limits } from '../limits.ts';
import { levelsOf } from './depth.ts';
import { characterOf } from './entities.ts';

const OPEN = '<root xmlns:ac="ac" xmlns:ri="ri" xmlns:at="at">';
const CLOSE = '</root>';

/** A page's storage as a tree. Offsets of its nodes are positions in the page's text plus `shift`. */
export type Tree = { root: XmlElement; shift: number };

type Malformed = { line: number; column: number; offset: number; message: string };

export type Parsed =
  | { outcome: 'parsed'; tree: Tree }
  | { outcome: 'malformed'; error: Malformed }
  | { outcome: 'too_large'; exceeded: { limit: 'bytes' | 'levels'; most: number } };

const tooDeep: Parsed = { outcome: 'too_large', exceeded: { limit: 'levels', most: limits.levels } };

/** Parses strictly and repairs nothing: a repaired text would have wrong offsets. Never throws. */
export const parseStorage = (storage: string): Parsed => {
  if (isLargerThan(storage, limits.bytes))
    return { outcome: 'too_large', exceeded: { limit: 'bytes', most: limits.bytes } };
  // Before the parser, which calls itself for each level.
  if (levelsOf(storage) > limits.levels) return tooDeep;
  try {
    const { root } = parseXml(OPEN + storage + CLOSE, {
      includeOffsets: true,
      // Without both, text on the two sides of a comment becomes one node whose span covers the comment.
      preserveCdata: true,
      preserveComments: true,
      resolveUndefinedEntity: characterOf,
    });
    return { outcome: 'parsed', tree: { root: root ?? new XmlElement('root'), shift: OPEN.length } };
  } catch (error) {
    if (error instanceof XmlError) return { outcome: 'malformed', error: positioned(storage, error) };
    if (error instanceof RangeError) return tooDeep;
    throw error;
  }
};

/** Bytes in UTF-8 are at least the UTF-16 length and at most three times as many. */
const isLargerThan = (text: string, bytes: number): boolean =>
  text.length > bytes || (text.length * 3 > bytes && Buffer.byteLength(text) > bytes);

/** Where the parser stopped. It counts characters, so that its own line and column are wrong after an emoji. */
const positioned = (storage: string, { message, pos }: XmlError): Malformed => {
  const offset = Math.min(utf16Offset(storage, Math.max(pos - OPEN.length, 0)), storage.length);
  const lineStart = storage.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let at = storage.indexOf('\n'); at >= 0 && at < offset; at = storage.indexOf('\n', at + 1)) line++;
  const column = offset - (offset === 0 ? 0 : lineStart) + 1;
  const reason = message.slice(0, message.indexOf(' (line '));
  return { line, column, offset, message: `${reason} (line ${line}, column ${column})` };
};

const utf16Offset = (text: string, characters: number): number => {
  let offset = 0;
  for (let count = 0; count < characters && offset < text.length; count++)
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
};
