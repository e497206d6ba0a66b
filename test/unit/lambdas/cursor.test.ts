import { expect, test } from 'vitest';
import { cursorsOf } from '../../../lambdas/api/cursor.ts';
import { AppError } from '../../../shared/errors.ts';

const cursors = cursorsOf('features:p', { projectId: 'p' }, ['listKey', 'id']);
const decoded = (listKey: string) => cursors.decode(cursors.encode({ projectId: 'p', listKey, id: 'f' }));
const status = (listKey: string) => {
  try {
    return decoded(listKey);
  } catch (error) {
    return error instanceof AppError ? error.status : error;
  }
};

test('a cursor decodes to the key it encodes, up to the longest sort key of DynamoDB', () => {
  for (const listKey of ['1', 'x'.repeat(1_024), 'ä'.repeat(512)])
    expect(decoded(listKey)).toEqual({ projectId: 'p', listKey, id: 'f' });
});

test('a cursor whose key is empty or too long for DynamoDB is refused with 400', () => {
  for (const listKey of ['', 'x'.repeat(1_025), 'ä'.repeat(513), '漢'.repeat(1_000)])
    expect(status(listKey)).toBe(400);
});
