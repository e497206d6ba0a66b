import * as z from 'zod/mini';
import type { LinearIssue } from '../../../domain/planning/change-set/linear-state.ts';
import type { Json } from '../../../domain/planning/change-set/operation.ts';
import { aliasOf } from '../mutations.ts';
import {
  blockersOf,
  issueVariables,
  linearIssueOf,
  OF_AN_ANSWER,
  PlanIssueNode,
  planIssueFields,
} from './issue-node.ts';
import {
  attachmentFields,
  labelFields,
  milestoneFields,
  type PlanAttachment,
  PlanAttachmentNode,
  type PlanLabel,
  PlanLabelNode,
  type PlanMilestone,
  PlanMilestoneNode,
  type PlanRelation,
  PlanRelationNode,
  relationFields,
} from './nodes.ts';

/** An input of Linear's schema, such as `IssueCreateInput`. */
type Input = { readonly [key: string]: Json };

/** A write of a plan. Each input that creates something has an `id`, so that it cannot be created twice. */
export type PlanMutation =
  | { kind: 'labelCreate'; input: Input }
  | { kind: 'labelDelete'; id: string }
  | { kind: 'milestoneCreate'; input: Input }
  | { kind: 'milestoneUpdate'; id: string; input: Input }
  | { kind: 'milestoneDelete'; id: string }
  /** Up to 50 issues: all of them or none. */
  | { kind: 'issuesCreate'; inputs: readonly Input[] }
  | { kind: 'issueUpdate'; id: string; input: Input }
  | { kind: 'issueTrash'; id: string }
  | { kind: 'relationCreate'; input: Input }
  | { kind: 'relationDelete'; id: string }
  /** Updates the attachment that the issue has with this URL, if it has one, whatever id is sent. */
  | { kind: 'attachmentCreate'; input: Input }
  | { kind: 'attachmentDelete'; id: string };
export type PlanMutationKind = PlanMutation['kind'];

/** What Linear holds after a write. `issues` has one issue, unless several were created. */
export type PlanAnswer =
  | { is: 'label'; label: PlanLabel }
  | { is: 'milestone'; milestone: PlanMilestone }
  | { is: 'issues'; issues: LinearIssue[] }
  | { is: 'relation'; relation: PlanRelation }
  | { is: 'attachment'; attachment: PlanAttachment }
  | { is: 'deleted' };

type Kind = {
  /** The field of Linear's schema. */
  field: string;
  /** The type of its input, and whether it takes an id. */
  input?: string;
  takesId?: true;
  /** What the payload calls the entity, and what to read of it. */
  answer?: string;
  read: (answer: unknown) => PlanAnswer | undefined;
};

const reader =
  <T>(schema: z.core.$ZodType<T>, answerOf: (read: T) => PlanAnswer) =>
  (answer: unknown): PlanAnswer | undefined => {
    const read = z.safeParse(schema, answer);
    return read.success ? answerOf(read.data) : undefined;
  };

/** One issue or several; undefined if it may have more blockers or links than an answer holds. */
const readIssues = (answer: unknown): PlanAnswer | undefined => {
  const read = z.safeParse(z.array(PlanIssueNode), Array.isArray(answer) ? answer : [answer]);
  if (!read.success) return undefined;
  const isWhole = read.data.every(
    ({ inverseRelations, links }) =>
      inverseRelations &&
      inverseRelations.nodes.length < OF_AN_ANSWER.relations &&
      links.nodes.length < OF_AN_ANSWER.links,
  );
  if (!isWhole) return undefined;
  const issues = read.data.map((node) =>
    linearIssueOf(node, blockersOf(node.id, node.inverseRelations?.nodes ?? [])),
  );
  return { is: 'issues', issues };
};

const label = {
  answer: `issueLabel { ${labelFields} }`,
  read: reader(PlanLabelNode, (label) => ({ is: 'label', label })),
};
const milestone = {
  answer: `projectMilestone { ${milestoneFields} }`,
  read: reader(PlanMilestoneNode, (milestone) => ({ is: 'milestone', milestone })),
};
const relation = {
  answer: `issueRelation { ${relationFields} }`,
  read: reader(PlanRelationNode, (relation) => ({ is: 'relation', relation })),
};
const attachment = {
  answer: `attachment { ${attachmentFields} }`,
  read: reader(PlanAttachmentNode, (attachment) => ({ is: 'attachment', attachment })),
};
const deletion = { takesId: true, read: () => ({ is: 'deleted' }) } as const satisfies Partial<Kind>;

export const kinds: { [K in PlanMutationKind]: Kind } = {
  labelCreate: { field: 'issueLabelCreate', input: 'IssueLabelCreateInput', ...label },
  labelDelete: { field: 'issueLabelDelete', ...deletion },
  milestoneCreate: { field: 'projectMilestoneCreate', input: 'ProjectMilestoneCreateInput', ...milestone },
  milestoneUpdate: {
    field: 'projectMilestoneUpdate',
    input: 'ProjectMilestoneUpdateInput',
    takesId: true,
    ...milestone,
  },
  milestoneDelete: { field: 'projectMilestoneDelete', ...deletion },
  issuesCreate: {
    field: 'issueBatchCreate',
    input: 'IssueBatchCreateInput',
    answer: 'issues { ...PlanIssue }',
    read: readIssues,
  },
  issueUpdate: {
    field: 'issueUpdate',
    input: 'IssueUpdateInput',
    takesId: true,
    answer: 'issue { ...PlanIssue }',
    read: readIssues,
  },
  issueTrash: { field: 'issueDelete', takesId: true, answer: 'entity { ...PlanIssue }', read: readIssues },
  relationCreate: { field: 'issueRelationCreate', input: 'IssueRelationCreateInput', ...relation },
  relationDelete: { field: 'issueRelationDelete', ...deletion },
  attachmentCreate: { field: 'attachmentCreate', input: 'AttachmentCreateInput', ...attachment },
  attachmentDelete: { field: 'attachmentDelete', ...deletion },
};

const render = ({ kind }: PlanMutation, alias: string): { variables: string[]; field: string } => {
  const { field, input, takesId, answer } = kinds[kind];
  const args = [...(takesId ? [`id: $${alias}id`] : []), ...(input ? [`input: $${alias}`] : [])];
  return {
    variables: [...(takesId ? [`$${alias}id: String!`] : []), ...(input ? [`$${alias}: ${input}!`] : [])],
    field: `${alias}: ${field}(${args.join(', ')}) { success ${answer ? `answer: ${answer}` : ''} }`,
  };
};

const variablesOf = (mutation: PlanMutation, alias: string): Record<string, unknown> => ({
  ...('id' in mutation && { [`${alias}id`]: mutation.id }),
  ...('input' in mutation && { [alias]: mutation.input }),
  ...('inputs' in mutation && { [alias]: { issues: mutation.inputs } }),
});

const issueFragment = `fragment PlanIssue on Issue {${planIssueFields(OF_AN_ANSWER)}}`;

/** One request of several mutations, each under an alias. Linear runs them one after another. */
export const planBatch = (mutations: readonly PlanMutation[], linkPrefix: string) => {
  const aliased = mutations.map((mutation, index) => ({ mutation, alias: aliasOf(index) }));
  const rendered = aliased.map(({ mutation, alias }) => render(mutation, alias));
  const fields = rendered.map(({ field }) => field).join('\n  ');
  const withIssues = fields.includes('...PlanIssue');
  const variables = [
    ...(withIssues ? [issueVariables] : []),
    ...rendered.flatMap(({ variables }) => variables),
  ];
  return {
    query: `mutation PlanWrite(${variables.join(', ')}) {
  ${fields}
}
${withIssues ? issueFragment : ''}`,
    variables: Object.assign(
      withIssues ? { linkPrefix } : {},
      ...aliased.map(({ mutation, alias }) => variablesOf(mutation, alias)),
    ) as Record<string, unknown>,
  };
};
