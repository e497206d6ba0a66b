/** Loaded when a text is long: it would make every cold start longer. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 8_000;
/** An item holds 400 kB: its labels and the outcomes that are owed to Linear have to fit beside it. */
const MAX_BYTES = 200_000;

/** A description as it lies in the table: plain, or compressed; cut where even that would not fit an item. */
export type StoredDescription = { description: string | Uint8Array; descriptionTruncated?: true };

export const storeDescription = (text: string): StoredDescription => {
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return { description: text };
  let kept = Array.from(text);
  let description = zlib().deflateRawSync(text);
  while (description.length > MAX_BYTES) {
    // Whole characters, and a little less than the ratio says: what is left may compress worse.
    kept = kept.slice(0, Math.floor((kept.length * MAX_BYTES * 0.95) / description.length));
    description = zlib().deflateRawSync(kept.join(''));
  }
  return Buffer.byteLength(text) === Buffer.byteLength(kept.join(''))
    ? { description }
    : { description, descriptionTruncated: true };
};

export const openDescription = (stored: string | Uint8Array): string =>
  typeof stored === 'string' ? stored : zlib().inflateRawSync(stored).toString('utf8');
