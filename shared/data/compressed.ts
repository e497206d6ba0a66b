/** Loaded only for long texts, because it would lengthen every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** A long text as a row stores it. */
export const compressed = (text: string): Uint8Array => zlib().deflateRawSync(text);

export const decompressed = (stored: Uint8Array): string => zlib().inflateRawSync(stored).toString('utf8');
