/** Loaded only for long texts, because it would lengthen every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 8_000;
/** An item may have 400 kB, and its labels and owed outcomes have to fit beside the description. */
const MAX_BYTES = 200_000;

/** A description as it is stored: plain or compressed, and cut if it would not fit even then. */
export type StoredDescription = { description: string | Uint8Array; descriptionTruncated?: true };

export const storeDescription = (text: string): StoredDescription => {
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return { description: text };
  let kept = Array.from(text);
  let description = zlib().deflateRawSync(text);
  while (description.length > MAX_BYTES) {
    // Cuts between characters, and slightly below the ratio, because the rest may compress worse.
    kept = kept.slice(0, Math.floor((kept.length * MAX_BYTES * 0.95) / description.length));
    description = zlib().deflateRawSync(kept.join(''));
  }
  return Buffer.byteLength(text) === Buffer.byteLength(kept.join(''))
    ? { description }
    : { description, descriptionTruncated: true };
};

export const openDescription = (stored: string | Uint8Array): string =>
  typeof stored === 'string' ? stored : zlib().inflateRawSync(stored).toString('utf8');
