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

test('a cursor leads to the key it was made of, up to what DynamoDB takes as a sort key', () => {
  for (const listKey of ['1', 'x'.repeat(1_024), 'ä'.repeat(512)])
    expect(decoded(listKey)).toEqual({ projectId: 'p', listKey, id: 'f' });
});

test('a cursor with a key that is empty, or longer than DynamoDB takes, is refused with 400', () => {
  for (const listKey of ['', 'x'.repeat(1_025), 'ä'.repeat(513), '漢'.repeat(1_000)])
    expect(status(listKey)).toBe(400);
});
