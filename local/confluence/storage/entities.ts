import { characterEntitiesHtml4 } from 'character-entities-html4';

const XML = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

/** What `&name;` stands for in storage: the entities of XHTML. Undefined for every other name. */
export const characterOf = (name: string): string | undefined =>
  Object.hasOwn(characterEntitiesHtml4, name) ? characterEntitiesHtml4[name] : undefined;

/** The source of text with its named entities as characters, except for those that XML itself needs. */
export const withoutNamedEntities = (source: string): string =>
  source.replace(/&(\w+);/g, (entity, name) => (XML.has(name) ? entity : (characterOf(name) ?? entity)));

/** The text of a source that is known to be well-formed. */
export const decoded = (source: string): string =>
  source.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (entity, hexadecimal, decimal, name) => {
    if (hexadecimal) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return (
      { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name as string] ?? characterOf(name) ?? entity
    );
  });

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Where each UTF-16 unit of a decoded text begins in its source, and at the end where the last one ends. The units of
 * one entity share its beginning, and `\r\n` counts as the `\n` that the parser makes of it.
 */
export const sourceOffsets = (source: string): number[] => {
  const offsets: number[] = [];
  for (const { 0: part, index } of source.matchAll(/&#?\w+;|\r\n|[\s\S]/g))
    for (let unit = 0; unit < lengthOf(part); unit += 1) offsets.push(index);
  return [...offsets, source.length];
};

const lengthOf = (part: string): number => {
  if (!part.startsWith('&')) return 1;
  const [, hexadecimal, decimal] = /^&#(?:x([\da-f]+)|(\d+));$/i.exec(part) ?? [];
  if (hexadecimal) return Number.parseInt(hexadecimal, 16) > 0xffff ? 2 : 1;
  if (decimal) return Number(decimal) > 0xffff ? 2 : 1;
  return characterOf(part.slice(1, -1))?.length ?? 1;
};
