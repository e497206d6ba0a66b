import { readFileSync } from 'node:fs';
import { Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { type CostRule, complexityOf } from '../../../local/linear/graphql/complexity.ts';
import { fragmentsOf } from '../../../local/linear/graphql/operation.ts';
import { loadSchema } from '../../../local/linear/graphql/schema.ts';

const schema = loadSchema();
const errorsOf = (document: string) => validate(schema, parse(document)).map(({ message }) => message);

test('every operation of the fixture validates against the rebuilt schema', () => {
  expect(errorsOf(readFileSync('testing/fixtures/operations.graphql', 'utf8'))).toEqual([]);
});

test('the local Linear refuses a field that Linear does not have', () => {
  expect(errorsOf('query { viewer { id shoeSize } }')).toEqual([
    'Cannot query field "shoeSize" on type "User".',
  ]);
});

test('the rebuilt schema checks required arguments and enum values', () => {
  expect(errorsOf('query { issue { id } }')).toHaveLength(1);
  expect(errorsOf('query { issues(orderBy: shoeSize) { nodes { id } } }')).toHaveLength(1);
});

test('the rebuilt schema checks UUIDs and dates', () => {
  expect(errorsOf('mutation { issueBatchUpdate(ids: ["ENG-1"], input: {}) { success } }')).toHaveLength(1);
  expect(errorsOf('query { issues(filter: { updatedAt: { gt: "soon" } }) { nodes { id } } }')).toHaveLength(
    1,
  );
  expect(errorsOf('query { issues(filter: { updatedAt: { gt: "-P1D" } }) { nodes { id } } }')).toEqual([]);
});

const cost = (document: string, rule: CostRule, variables = {}) => {
  const parsed = parse(document);
  const [definition] = parsed.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return definition ? complexityOf(schema, definition, fragmentsOf(parsed), variables, rule) : Number.NaN;
};

test('the documented complexity is 0.1 per property and 1 per object, times the page size, rounded up', () => {
  expect(cost('{ viewer { id name } }', 'documented')).toBe(2);
  expect(cost('{ issues(first: 10) { nodes { id } } }', 'documented')).toBe(11);
  expect(cost('{ issues { nodes { id } } }', 'documented')).toBe(55);
  expect(cost('query($n: Int = 20) { issues(first: $n) { nodes { id } } }', 'documented')).toBe(22);
  expect(cost('query($n: Int) { issues(last: $n) { nodes { id } } }', 'documented', { n: 30 })).toBe(33);
  const nested =
    '{ issues(first: 10) { nodes { ...I } } } fragment I on Issue { id labels(first: 4) { nodes { id } } }';
  expect(cost(nested, 'documented')).toBe(55);
  expect(cost('mutation { issueUpdate(id: "x", input: {}) { success } }', 'documented')).toBe(2);
});

test('the measured complexity is far less than the documented one', () => {
  expect(cost('{ issues(first: 250) { nodes { id } } }', 'measured')).toBe(3);
  expect(cost('query($n: Int) { issues(first: $n) { nodes { id } } }', 'measured', { n: 250 })).toBe(3);
  const nested = '{ teams(first: 250) { nodes { issues(first: 250) { nodes { id title url } } } } }';
  expect(cost(nested, 'measured')).toBe(2250);
});

test('the complexity of fragments that spread each other twice is computed quickly', () => {
  const links = Array.from(
    { length: 40 },
    (_, n) => `fragment F${n} on Issue { a: parent { ...F${n + 1} } b: parent { ...F${n + 1} } }`,
  );
  const document = `{ issues(first: 1) { nodes { ...F0 } } } ${links.join(' ')} fragment F40 on Issue { id }`;
  const startedAt = performance.now();
  expect(cost(document, 'documented')).toBeGreaterThan(2 ** 40);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
