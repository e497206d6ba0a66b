import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { invalidArgument, refused } from '../../graphql/errors.ts';
import type { IssueRelation } from '../../store/model.ts';
import { checkInput, newId, requireUntrashed } from '../input.ts';
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

/** Refuses a relation of an issue to itself, one that exists already, and what switches forbid. */
const requireNew = (transaction: Transaction, related: Related, own?: string): void => {
  const { view, switches } = transaction.context;
  const { issueId, relatedIssueId, type } = related;
  if (issueId === relatedIssueId) throw refused('An issue cannot be related to itself');
  const known = view
    .rowsBy('IssueRelation', 'issueId', issueId)
    .some((other) => other.id !== own && other.relatedIssueId === relatedIssueId && other.type === type);
  if (known) throw refused('The issues are already related in this way');
  for (const id of [issueId, relatedIssueId])
    requireUntrashed(transaction, 'Issue', transaction.require('Issue', id));
  if (
    switches.values.blockingCircles === 'refused' &&
    type === 'blocks' &&
    isBlockedBy(view, issueId, relatedIssueId)
  )
    throw refused('The issues would block each other in a circle');
};

/** Whether `id` waits for `other`, directly or through others. */
const isBlockedBy = (view: Context['view'], id: string, other: string): boolean => {
  const seen = new Set([id]);
  for (const one of seen)
    for (const { issueId, type } of view.collection('IssueRelation').by('relatedIssueId', one))
      if (type === 'blocks') seen.add(issueId);
  return seen.has(other);
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
    requireNew(transaction, related);
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
    requireNew(transaction, related, id);
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
