import type { Outcome } from '../domain/feature.ts';

/** Loaded when texts are long: it would make every cold start longer. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 4_000;

type Texts = Partial<Pick<Outcome, 'summary' | 'prUrl' | 'testResults' | 'failedStep' | 'error'>>;
type Stored = Omit<Outcome, keyof Texts> & (Texts | { texts: Uint8Array });

/** An outcome as it lies on its feature's row: plain, or with its texts compressed. */
export const storeOutcome = ({ status, runId, seq, reportedAt, ...texts }: Outcome): Stored => {
  const plain = JSON.stringify(texts);
  const base = { status, runId, seq, reportedAt };
  return Buffer.byteLength(plain) <= PLAIN_BYTES
    ? { ...base, ...texts }
    : { ...base, texts: zlib().deflateRawSync(plain) };
};

export const openTexts = (texts: Uint8Array): Texts =>
  JSON.parse(zlib().inflateRawSync(texts).toString('utf8'));

/** The bytes that outcomes take on a row, roughly: their texts, names and ids. */
export const outcomeBytes = (outcomes: readonly Outcome[]): number =>
  outcomes
    .map(storeOutcome)
    .map((stored) =>
      'texts' in stored ? stored.texts.byteLength + 300 : Buffer.byteLength(JSON.stringify(stored)) + 50,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
