import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { loadSchema } from '../../local/linear/schema.ts';

const schema = loadSchema();
const errorsOf = (document: string) => validate(schema, parse(document)).map(({ message }) => message);

test('every operation of the fixture validates against the rebuilt schema', () => {
  expect(errorsOf(readFileSync('test/fixtures/operations.graphql', 'utf8'))).toEqual([]);
});

test('a field that Linear does not have is refused', () => {
  expect(errorsOf('query { viewer { id shoeSize } }')).toEqual([
    'Cannot query field "shoeSize" on type "User".',
  ]);
});

test('a required argument and an enum value are checked', () => {
  expect(errorsOf('query { issue { id } }')).toHaveLength(1);
  expect(errorsOf('query { issues(orderBy: shoeSize) { nodes { id } } }')).toHaveLength(1);
});

test('a UUID and a date are checked where Linear wants them', () => {
  expect(errorsOf('mutation { issueBatchUpdate(ids: ["ENG-1"], input: {}) { success } }')).toHaveLength(1);
  expect(errorsOf('query { issues(filter: { updatedAt: { gt: "soon" } }) { nodes { id } } }')).toHaveLength(
    1,
  );
  expect(errorsOf('query { issues(filter: { updatedAt: { gt: "-P1D" } }) { nodes { id } } }')).toEqual([]);
});
