import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { refused } from '../../graphql/errors.ts';
import type { IssueRelation } from '../../store/model.ts';
import { checkInput, newId } from '../input.ts';
import { Transaction } from '../transaction.ts';
import { requireIssue } from './issue.ts';

export const issueRelationMutations = {
  issueRelationCreate: ({ input }: LinearDocument.MutationIssueRelationCreateArgs, context: Context) => {
    checkInput({ ...input, relatedIssueId: null }, ['id', 'issueId', 'relatedIssueId', 'type']);
    const transaction = new Transaction(context);
    const issue = requireIssue(transaction, input.issueId);
    const related = requireIssue(transaction, input.relatedIssueId);
    if (issue.id === related.id) throw refused('An issue cannot be related to itself');
    const known = context.view
      .rowsBy('IssueRelation', 'issueId', issue.id)
      .find(({ relatedIssueId, type }) => relatedIssueId === related.id && type === input.type);
    if (known) throw refused('The issues are already related in this way');
    const issueRelation = transaction.insert('IssueRelation', {
      id: newId(context, input.id),
      issueId: issue.id,
      relatedIssueId: related.id,
      type: input.type as IssueRelation['type'],
    });
    transaction.touch(issue.id);
    return { ...transaction.commit(), issueRelation };
  },
  issueRelationDelete: ({ id }: LinearDocument.MutationIssueRelationDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    transaction.remove('IssueRelation', transaction.require('IssueRelation', id));
    return { ...transaction.commit(), entityId: id };
  },
};
