import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { invalidArgument } from '../../graphql/errors.ts';
import type { Issue } from '../../store/model.ts';
import { Transaction } from '../transaction.ts';
import { archiveIssue, createIssue, requireIssue, restoreIssue, trashIssue, updateIssue } from './issue.ts';

/** Deletes an issue permanently, with everything that belongs to it. */
const deletePermanently = (transaction: Transaction, issue: Issue): void => {
  const { view } = transaction.context;
  for (const type of ['Comment', 'Attachment', 'IssueHistory'] as const) {
    for (const row of view.rowsBy(type, 'issueId', issue.id)) transaction.remove(type, row);
  }
  // Also those to issues that the caller cannot see.
  for (const end of ['issueId', 'relatedIssueId'])
    for (const row of view.collection('IssueRelation').by(end, issue.id))
      transaction.remove('IssueRelation', row);
  for (const child of view.rowsBy('Issue', 'parentId', issue.id))
    transaction.update('Issue', child, { parentId: null });
  transaction.remove('Issue', issue);
};

const MAX_BATCH = 50;

const requireBatch = (property: string, size: number, limit: number): void => {
  if (size === 0) throw invalidArgument(property, `${property} should not be empty`);
  if (size > limit)
    throw invalidArgument(property, `${property} must contain no more than ${limit} elements`);
};

export const issueMutations = {
  issueCreate: ({ input }: LinearDocument.MutationIssueCreateArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = createIssue(transaction, input);
    return { ...transaction.commit(), issue };
  },
  issueBatchCreate: ({ input }: LinearDocument.MutationIssueBatchCreateArgs, context: Context) => {
    requireBatch('issues', input.issues.length, context.switches.values.batchCreateLimit);
    const transaction = new Transaction(context);
    const issues = input.issues.map((issue) => createIssue(transaction, issue));
    return { ...transaction.commit(), issues };
  },
  issueUpdate: ({ id, input }: LinearDocument.MutationIssueUpdateArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = updateIssue(transaction, id, input);
    return { ...transaction.commit(), issue };
  },
  issueBatchUpdate: ({ ids, input }: LinearDocument.MutationIssueBatchUpdateArgs, context: Context) => {
    requireBatch('ids', ids.length, MAX_BATCH);
    const transaction = new Transaction(context);
    const issues = ids.map((id: string) => updateIssue(transaction, id, input));
    return { ...transaction.commit(), issues };
  },
  issueArchive: ({ id, trash }: LinearDocument.MutationIssueArchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = requireIssue(transaction, id);
    const entity = trash ? trashIssue(transaction, issue) : archiveIssue(transaction, issue);
    return { ...transaction.commit(), entity };
  },
  issueUnarchive: ({ id }: LinearDocument.MutationIssueUnarchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const entity = restoreIssue(transaction, requireIssue(transaction, id));
    return { ...transaction.commit(), entity };
  },
  issueDelete: ({ id, permanentlyDelete }: LinearDocument.MutationIssueDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = requireIssue(transaction, id);
    if (!permanentlyDelete) {
      const entity = trashIssue(transaction, issue);
      return { ...transaction.commit(), entity };
    }
    deletePermanently(transaction, issue);
    return { ...transaction.commit(), entity: null };
  },
  issueAddLabel: ({ id, labelId }: LinearDocument.MutationIssueAddLabelArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = updateIssue(transaction, id, { addedLabelIds: [labelId] });
    return { ...transaction.commit(), issue };
  },
  issueRemoveLabel: ({ id, labelId }: LinearDocument.MutationIssueRemoveLabelArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = updateIssue(transaction, id, { removedLabelIds: [labelId] });
    return { ...transaction.commit(), issue };
  },
};
