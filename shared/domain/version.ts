import { hash } from 'node:crypto';

/** Which look at Linear a row rests on: Linear's clock, then when we looked, then what was seen. */
export type Version = { linearUpdatedAt: string; seenAt: string; contentHash: string };

export const hashOf = (content: object): string =>
  hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22);
