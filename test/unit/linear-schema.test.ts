import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { complexityOf } from '../../local/linear/complexity.ts';
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

test('complexity is what was measured at Linear, and a list costs its page', () => {
  const cost = (document: string, variables = {}) => complexityOf(parse(document), variables);
  expect(cost('{ issues(first: 250) { nodes { id } } }')).toBe(3);
  expect(cost('query($n: Int) { issues(first: $n) { nodes { id } } }', { n: 250 })).toBe(3);
  expect(cost('{ teams(first: 250) { nodes { issues(first: 250) { nodes { id title url } } } } }')).toBe(
    2250,
  );
});
