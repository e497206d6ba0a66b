import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { invalidArgument, refused } from '../../graphql/errors.ts';
import type { IssueRelation } from '../../store/model.ts';
import { checkInput, newId } from '../input.ts';
import { Transaction } from '../transaction.ts';
import { requireIssue } from './issue.ts';

type Ends = Pick<IssueRelation, 'issueId' | 'relatedIssueId'>;
type Related = Ends & Pick<IssueRelation, 'type'>;

const types: Record<IssueRelation['type'], true> = {
  blocks: true,
  duplicate: true,
  related: true,
  similar: true,
};
const isType = (type: string): type is IssueRelation['type'] => Object.hasOwn(types, type);

/** Refuses a relation of an issue to itself, and one that exists already. */
const requireNew = ({ view }: Context, { issueId, relatedIssueId, type }: Related, own?: string): void => {
  if (issueId === relatedIssueId) throw refused('An issue cannot be related to itself');
  const known = view
    .rowsBy('IssueRelation', 'issueId', issueId)
    .some((other) => other.id !== own && other.relatedIssueId === relatedIssueId && other.type === type);
  if (known) throw refused('The issues are already related in this way');
};

const touchEnds = (transaction: Transaction, ...relations: Ends[]): void => {
  const ids = relations.flatMap(({ issueId, relatedIssueId }) => [issueId, relatedIssueId]);
  for (const id of new Set(ids)) transaction.touch(id);
};

export const issueRelationMutations = {
  issueRelationCreate: ({ input }: LinearDocument.MutationIssueRelationCreateArgs, context: Context) => {
    checkInput({ ...input, relatedIssueId: null }, ['id', 'issueId', 'relatedIssueId', 'type']);
    const transaction = new Transaction(context);
    const related: Related = {
      issueId: requireIssue(transaction, input.issueId).id,
      relatedIssueId: requireIssue(transaction, input.relatedIssueId).id,
      type: input.type as IssueRelation['type'],
    };
    requireNew(context, related);
    const issueRelation = transaction.insert('IssueRelation', { id: newId(context, input.id), ...related });
    touchEnds(transaction, issueRelation);
    return { ...transaction.commit(), issueRelation };
  },
  issueRelationUpdate: ({ id, input }: LinearDocument.MutationIssueRelationUpdateArgs, context: Context) => {
    checkInput({ ...input, relatedIssueId: null }, ['issueId', 'relatedIssueId', 'type']);
    const transaction = new Transaction(context);
    const before = transaction.require('IssueRelation', id);
    const { issueId, relatedIssueId, type } = input;
    if (type && !isType(type)) throw invalidArgument('type', `type must be one of ${Object.keys(types)}`);
    const related: Related = {
      issueId: issueId ? requireIssue(transaction, issueId).id : before.issueId,
      relatedIssueId: relatedIssueId ? requireIssue(transaction, relatedIssueId).id : before.relatedIssueId,
      type: type ? (type as IssueRelation['type']) : before.type,
    };
    requireNew(context, related, id);
    const issueRelation = transaction.update('IssueRelation', before, related);
    if (issueRelation !== before) touchEnds(transaction, before, issueRelation);
    return { ...transaction.commit(), issueRelation };
  },
  issueRelationDelete: ({ id }: LinearDocument.MutationIssueRelationDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issueRelation = transaction.require('IssueRelation', id);
    transaction.remove('IssueRelation', issueRelation);
    touchEnds(transaction, issueRelation);
    return { ...transaction.commit(), entityId: id };
  },
};
