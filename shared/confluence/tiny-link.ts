const LONGEST_ID = 2n ** 63n - 1n;

/**
 * The page id of a tiny link (`/wiki/x/YoA_/`): the id's 8 little-endian bytes as base64 without `=` and trailing `A`,
 * with `-` for `/` and `_` for `+`. A `/` after a last `-` or `_` belongs to the link and says nothing. `undefined` if
 * it is no id.
 */
export const idOfTinyLink = (tiny: string): string | undefined => {
  const written = tiny.replace(/\/$/, '');
  if (!/^[\w-]{1,11}$/.test(written)) return undefined;
  const base64 = written.replaceAll('-', '/').replaceAll('_', '+').padEnd(11, 'A');
  const id = Buffer.from(`${base64}=`, 'base64').readBigUInt64LE();
  return id > 0n && id <= LONGEST_ID ? String(id) : undefined;
};
