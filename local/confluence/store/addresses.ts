import type { Page, Space } from './model.ts';

/** The part of a tiny link after `/x/`: the id as little-endian bytes in base64, without what can be added again. */
export const tinyOf = (id: string): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(id));
  const tiny = bytes
    .toString('base64')
    .replace(/[A=]+$/, '')
    .replaceAll('/', '-')
    .replaceAll('+', '_');
  // Confluence adds a slash here, because mail programs leave such a last character out of a link.
  return /[-_]$/.test(tiny) ? `${tiny}/` : tiny;
};

/** The page id of a tiny link; undefined if it is none. */
export const idOfTiny = (tiny: string): string | undefined => {
  const text = tiny.replace(/\/+$/, '').replaceAll('-', '/').replaceAll('_', '+');
  if (!/^[A-Za-z0-9+/]{1,11}$/.test(text)) return undefined;
  const id = Buffer.from(`${text.padEnd(11, 'A')}=`, 'base64').readBigUInt64LE();
  return id > 0n && id < 2n ** 63n ? String(id) : undefined;
};

/** Half of a character, which a JSON string may hold, has no encoding. */
const slugOf = (title: string): string => encodeURIComponent(title.toWellFormed()).replaceAll('%20', '+');

/** The path of a page below `/wiki`. */
export const webPath = ({ key, homepageId }: Space, { id, title }: Page): string =>
  id === homepageId ? `/spaces/${key}/overview` : `/spaces/${key}/pages/${id}/${slugOf(title)}`;
