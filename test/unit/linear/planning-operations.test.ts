import { Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { complexityOf } from '../../../local/linear/graphql/complexity.ts';
import { fragmentsOf } from '../../../local/linear/graphql/operation.ts';
import { loadSchema } from '../../../local/linear/graphql/schema.ts';
import {
  type PlanMutation,
  type PlanMutationKind,
  planBatch,
} from '../../../shared/linear/api/planning/mutations.ts';
import * as operations from '../../../shared/linear/api/planning/operations.ts';

const schema = loadSchema();
/** Linear refuses a query above this, whatever budget is left. */
const MAX_COMPLEXITY = 10_000;

const documentOf = (query: string) => {
  const document = parse(query);
  const [definition] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!definition) throw new Error('The document has no operation.');
  return { document, definition };
};
const errorsOf = (query: string) => validate(schema, parse(query)).map(({ message }) => message);
const costOf = (query: string): number => {
  const { document, definition } = documentOf(query);
  return complexityOf(schema, definition, fragmentsOf(document), {}, 'documented');
};

const points: { [K in keyof typeof operations]: number } = {
  planProject: 8_966,
  planIssues: 5_875,
  planLabels: 1_450,
  planMilestones: 925,
  planLinks: 6_903,
  planEntities: 2_650,
};

test.each(Object.entries(operations))(
  "%s fits Linear's schema and costs less than it allows for a query",
  (name, { query }) => {
    expect(errorsOf(query)).toEqual([]);
    expect(costOf(query)).toBeLessThan(MAX_COMPLEXITY);
    expect(costOf(query)).toBe(points[name as keyof typeof operations]);
  },
);

const id = '0b1c2d3e-4f50-4a61-8b72-9c83ad94be05';
const kinds: { [K in PlanMutationKind]: Extract<PlanMutation, { kind: K }> } = {
  labelCreate: { kind: 'labelCreate', input: { id, name: 'PI', isGroup: true } },
  labelDelete: { kind: 'labelDelete', id },
  milestoneCreate: { kind: 'milestoneCreate', input: { id, name: 'Epic', projectId: id } },
  milestoneUpdate: { kind: 'milestoneUpdate', id, input: { name: 'Epic' } },
  milestoneDelete: { kind: 'milestoneDelete', id },
  issuesCreate: {
    kind: 'issuesCreate',
    inputs: Array.from({ length: 50 }, () => ({ id, teamId: id, title: 'Story' })),
  },
  issueUpdate: { kind: 'issueUpdate', id, input: { title: 'Story' } },
  issueTrash: { kind: 'issueTrash', id },
  relationCreate: { kind: 'relationCreate', input: { id, issueId: id, relatedIssueId: id, type: 'blocks' } },
  relationDelete: { kind: 'relationDelete', id },
  attachmentCreate: {
    kind: 'attachmentCreate',
    input: { id, issueId: id, url: 'https://a.test/', title: 'P' },
  },
  attachmentDelete: { kind: 'attachmentDelete', id },
};
const all = Object.values(kinds);

test.each([
  ...all.map((mutation) => ({ name: mutation.kind, batch: [mutation] })),
  ...all.map((mutation) => ({ name: `100 ${mutation.kind}`, batch: Array(100).fill(mutation) })),
  { name: '120 of all kinds', batch: Array.from({ length: 120 }, (_, n) => all[n % all.length]) },
] as { name: string; batch: PlanMutation[] }[])(
  "a batch of $name fits Linear's schema, its variables are declared, and it costs less than Linear allows",
  ({ batch }) => {
    const { query, variables } = planBatch(batch, 'https://a.test/');
    expect(errorsOf(query)).toEqual([]);
    expect(costOf(query)).toBeLessThan(MAX_COMPLEXITY);
    const declared = documentOf(query).definition.variableDefinitions ?? [];
    expect(Object.keys(variables).sort()).toEqual(declared.map(({ variable }) => variable.name.value).sort());
  },
);
