import { Kind, parse, type VariableDefinitionNode, validate } from 'graphql';
import { expect, test } from 'vitest';
import { complexityOf } from '../../../local/linear/graphql/complexity.ts';
import { fragmentsOf } from '../../../local/linear/graphql/operation.ts';
import { loadSchema } from '../../../local/linear/graphql/schema.ts';
import * as mutations from '../../../shared/linear/api/mutations.ts';
import * as operations from '../../../shared/linear/api/operations.ts';
import * as relationOperations from '../../../shared/linear/api/relations/relation-operations.ts';

/** The schema is rebuilt from the pinned `@linear/sdk`: an upgrade that breaks what we send turns these red. */
const schema = loadSchema();
/** Linear refuses a query above this, whatever budget is left. */
const MAX_COMPLEXITY = 10_000;
/** Features that one request writes back at most, with a state, a comment and a link each. */
const LARGEST_BATCH = 25 * 3;

const exported: Record<string, unknown> = { ...operations, ...relationOperations };
const queries = Object.entries(exported).flatMap(([name, operation]) => {
  const query = (operation as { query?: unknown }).query;
  return typeof query === 'string' ? [{ name, query }] : [];
});
/** What the files of operations also export. */
const parts = [
  'LINKS_AT_ONCE',
  'RELATIONS_AT_ONCE',
  'InverseRelations',
  'blockerFields',
  'endFields',
  'relationsById',
];

/** The largest page that a caller of the pickers may request (lambdas/api/fields.ts). */
const LARGEST_PICK = 100;

type Mutation = Parameters<typeof mutations.batchMutation>[0][number];
const id = '0b1c2d3e-4f50-4a61-8b72-9c83ad94be05';
const kinds: { [K in Mutation['kind']]: Extract<Mutation, { kind: K }> } = {
  issueUpdate: { kind: 'issueUpdate', issueId: id, stateId: id },
  commentCreate: { kind: 'commentCreate', id, issueId: id, body: 'Done' },
  attachmentCreate: { kind: 'attachmentCreate', issueId: id, url: 'https://example.test/', title: 'PR' },
};
const batches = [
  ...Object.values(kinds).map((mutation) => ({ name: mutation.kind, batch: [mutation] })),
  {
    name: `${LARGEST_BATCH} of all kinds`,
    batch: Array.from({ length: LARGEST_BATCH }, (_, n) => Object.values(kinds)[n % 3] as Mutation),
  },
];

const errorsOf = (query: string) => validate(schema, parse(query)).map(({ message }) => message);
const costOf = (query: string): number => {
  const document = parse(query);
  const definitions = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return Math.max(
    ...definitions.map((one) =>
      complexityOf(schema, one, fragmentsOf(document), { limit: LARGEST_PICK }, 'documented'),
    ),
  );
};

test('every exported operation is checked', () => {
  expect(queries.map(({ name }) => name)).toEqual(
    Object.keys(exported).filter((name) => !parts.includes(name)),
  );
  expect(queries.length).toBeGreaterThanOrEqual(8);
});

test.each(queries)("the query $name fits Linear's schema", ({ query }) => {
  expect(errorsOf(query)).toEqual([]);
});

test.each(queries)('the largest page of $name costs less than Linear allows for a query', ({ query }) => {
  const definition = parse(query).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const variables = (definition?.kind === Kind.OPERATION_DEFINITION && definition.variableDefinitions) || [];
  const names = variables.map(({ variable }: VariableDefinitionNode) => variable.name.value);
  // With the page size in a variable, the caller would decide how large a page is.
  expect(names).not.toContain('first');
  expect(costOf(query)).toBeLessThan(MAX_COMPLEXITY);
});

test.each(batches)("a batch of $name fits Linear's schema, and its variables are declared", ({ batch }) => {
  const { operation, variables } = mutations.batchMutation(batch);
  expect(errorsOf(operation.query)).toEqual([]);
  expect(costOf(operation.query)).toBeLessThan(MAX_COMPLEXITY);
  const [definition] = parse(operation.query).definitions;
  const declared = definition?.kind === Kind.OPERATION_DEFINITION ? definition.variableDefinitions : [];
  expect(Object.keys(variables as object).sort()).toEqual(
    declared?.map(({ variable }: VariableDefinitionNode) => variable.name.value).sort(),
  );
});

test.each([relationOperations.blockerFields, relationOperations.endFields])(
  "reading %s of 25 relations by id fits Linear's schema",
  (fields) => {
    const { operation, variables } = relationOperations.relationsById(
      Array.from({ length: 25 }, () => id),
      fields,
    );
    expect(errorsOf(operation.query)).toEqual([]);
    expect(costOf(operation.query)).toBeLessThan(100);
    expect(Object.keys(variables)).toHaveLength(25);
  },
);

test('an unknown field and a query that costs too much are found', () => {
  expect(errorsOf('query { issues(first: 1) { nodes { id stateName } } }')).toHaveLength(1);
  expect(costOf('{ issues(first: 250) { nodes { labels(first: 50) { nodes { id } } } } }')).toBeGreaterThan(
    MAX_COMPLEXITY,
  );
});

test('a page of 250 projects costs at most 2,500 points', () => {
  expect(costOf(operations.projects.query)).toBeLessThanOrEqual(2_500);
});
