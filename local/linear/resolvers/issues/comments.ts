import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { forbidden, invalidArgument, refused } from '../../graphql/errors.ts';
import { rewriteMarkdown } from '../../store/markdown.ts';
import type { Comment } from '../../store/model.ts';
import { checkInput, newId, requireAppForAttribution, requireText } from '../input.ts';
import { Transaction } from '../transaction.ts';
import { requireIssue } from './issue.ts';

const CREATE_INPUTS = [
  'id',
  'body',
  'issueId',
  'parentId',
  'createAsUser',
  'displayIconUrl',
  'doNotSubscribeToIssue',
];

/** A reply must name the root of a thread on the same issue. */
const requireThread = (transaction: Transaction, parentId: string, issueId: string): string => {
  const parent = transaction.require('Comment', parentId);
  if (parent.parentId) throw refused('Parent comment must be a top level comment');
  if (parent.issueId !== issueId) throw refused('Parent comment must be on the same issue');
  return parent.id;
};

const requireAuthor = (comment: Comment, { user }: Context): void => {
  if (comment.userId !== user.id && !user.admin) throw forbidden('You can only change your own comments');
};

export const commentMutations = {
  commentCreate: ({ input }: LinearDocument.MutationCommentCreateArgs, context: Context) => {
    checkInput(input, CREATE_INPUTS);
    const transaction = new Transaction(context);
    requireAppForAttribution(input, transaction);
    if (!input.issueId) throw invalidArgument('issueId', 'issueId should not be empty');
    const issue = requireIssue(transaction, input.issueId);
    const comment = transaction.insert('Comment', {
      id: newId(context, input.id),
      body: rewriteMarkdown(requireText('body', input.body)),
      issueId: issue.id,
      parentId: input.parentId ? requireThread(transaction, input.parentId, issue.id) : null,
      userId: context.user.id,
      editedAt: null,
    });
    transaction.touch(issue.id);
    return { ...transaction.commit(), comment };
  },
  commentUpdate: ({ id, input }: LinearDocument.MutationCommentUpdateArgs, context: Context) => {
    checkInput(input, ['body']);
    const transaction = new Transaction(context);
    const before = transaction.require('Comment', id);
    requireAuthor(before, context);
    const body = rewriteMarkdown(requireText('body', input.body));
    const isEdited = body !== before.body;
    const comment = isEdited
      ? transaction.update('Comment', before, { body, editedAt: transaction.now })
      : before;
    return { ...transaction.commit(), comment };
  },
  commentDelete: ({ id }: LinearDocument.MutationCommentDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const comment = transaction.require('Comment', id);
    requireAuthor(comment, context);
    for (const reply of context.view.rowsBy('Comment', 'parentId', id)) transaction.remove('Comment', reply);
    transaction.remove('Comment', comment);
    return { ...transaction.commit(), entityId: id };
  },
};
