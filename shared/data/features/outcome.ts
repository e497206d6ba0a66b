import type { Lapse, Outcome, Owed } from '../../domain/features/feature.ts';
import { compressed, decompressed } from '../compressed.ts';

/** Longer texts are stored compressed. */
const PLAIN_BYTES = 4_000;

type Texts = Partial<Pick<Outcome, 'summary' | 'prUrl' | 'testResults' | 'failedStep' | 'error'>>;
type Stored = Omit<Outcome, keyof Texts> & (Texts | { texts: Uint8Array });

/** Something owed as it is stored: plain, or with its texts compressed. */
export const storeOwed = (owed: Owed): Stored | Lapse =>
  owed.status === 'lapsed' ? owed : storeOutcome(owed);

const storeOutcome = ({ status, runId, seq, reportedAt, ...texts }: Outcome): Stored => {
  const plain = JSON.stringify(texts);
  const base = { status, runId, seq, reportedAt };
  return Buffer.byteLength(plain) <= PLAIN_BYTES
    ? { ...base, ...texts }
    : { ...base, texts: compressed(plain) };
};

export const openTexts = (texts: Uint8Array): Texts => JSON.parse(decompressed(texts));

/** Roughly the bytes that owed comments take on a row: their texts, names and ids. */
export const outcomeBytes = (owed: readonly Owed[]): number =>
  owed
    .map(storeOwed)
    .map((stored) =>
      'texts' in stored ? stored.texts.byteLength + 300 : Buffer.byteLength(JSON.stringify(stored)) + 50,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
