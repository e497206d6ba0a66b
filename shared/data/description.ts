import { compressed, decompressed } from './compressed.ts';

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 8_000;
/** An item may have 400 kB, and its labels and owed outcomes have to fit beside the description. */
const MAX_BYTES = 200_000;

/** A description as it is stored: plain or compressed, and cut if it would not fit even then. */
export type StoredDescription = { description: string | Uint8Array; descriptionTruncated?: true };

export const storeDescription = (text: string): StoredDescription => {
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return { description: text };
  let kept = Array.from(text);
  let description = compressed(text);
  while (description.length > MAX_BYTES) {
    // Cuts between characters, and slightly below the ratio, because the rest may compress worse.
    kept = kept.slice(0, Math.floor((kept.length * MAX_BYTES * 0.95) / description.length));
    description = compressed(kept.join(''));
  }
  return Buffer.byteLength(text) === Buffer.byteLength(kept.join(''))
    ? { description }
    : { description, descriptionTruncated: true };
};

export const openDescription = (stored: string | Uint8Array): string =>
  typeof stored === 'string' ? stored : decompressed(stored);
