import type { Lapse, Outcome, Owed } from '../../domain/features/feature.ts';

/** Loaded when texts are long: it would make every cold start longer. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 4_000;

type Texts = Partial<Pick<Outcome, 'summary' | 'prUrl' | 'testResults' | 'failedStep' | 'error'>>;
type Stored = Omit<Outcome, keyof Texts> & (Texts | { texts: Uint8Array });

/** What is owed as it lies on its feature's row: plain, or an outcome with its texts compressed. */
export const storeOwed = (owed: Owed): Stored | Lapse =>
  owed.status === 'lapsed' ? owed : storeOutcome(owed);

const storeOutcome = ({ status, runId, seq, reportedAt, ...texts }: Outcome): Stored => {
  const plain = JSON.stringify(texts);
  const base = { status, runId, seq, reportedAt };
  return Buffer.byteLength(plain) <= PLAIN_BYTES
    ? { ...base, ...texts }
    : { ...base, texts: zlib().deflateRawSync(plain) };
};

export const openTexts = (texts: Uint8Array): Texts =>
  JSON.parse(zlib().inflateRawSync(texts).toString('utf8'));

/** The bytes that what is owed takes on a row, roughly: its texts, names and ids. */
export const outcomeBytes = (owed: readonly Owed[]): number =>
  owed
    .map(storeOwed)
    .map((stored) =>
      'texts' in stored ? stored.texts.byteLength + 300 : Buffer.byteLength(JSON.stringify(stored)) + 50,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
