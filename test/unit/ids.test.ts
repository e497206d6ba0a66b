import { expect, test } from 'vitest';
import { derivedId, outcomeCommentId } from '../../shared/domain/ids.ts';

test('a derived id depends only on its source and has the form of a ULID', () => {
  const id = derivedId('feature', '9c0d1e2f');
  expect(id).toBe(derivedId('feature', '9c0d1e2f'));
  expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
});

test('derived ids of different kinds or sources differ', () => {
  const ids = ['workspace', 'project', 'feature'].flatMap((kind) =>
    ['a', 'b'].map((source) => derivedId(kind as 'feature', source)),
  );
  expect(new Set(ids).size).toBe(6);
});

test('a comment id has the form of a UUID v4 and depends on feature, run, status and key', () => {
  const of = { featureId: 'f', runId: 'r', status: 'passing' };
  const id = outcomeCommentId('key', of);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(id).toBe(outcomeCommentId('key', of));
  const others = [
    outcomeCommentId('key', { ...of, status: 'failing' }),
    outcomeCommentId('key', { ...of, runId: 'r2' }),
    outcomeCommentId('key', { ...of, featureId: 'f2' }),
    outcomeCommentId('another key', of),
  ];
  expect(new Set([id, ...others]).size).toBe(5);
});
