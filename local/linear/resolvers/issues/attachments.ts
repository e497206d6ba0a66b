import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { invalidArgument } from '../../graphql/errors.ts';
import type { Attachment } from '../../store/model.ts';
import { checkInput, newId, pick, requireAppForAttribution, requireText } from '../input.ts';
import { Transaction } from '../transaction.ts';
import { requireIssue } from './issue.ts';

const CREATE_INPUTS = [
  'id',
  'issueId',
  'url',
  'title',
  'subtitle',
  'iconUrl',
  'metadata',
  'groupBySource',
  'createAsUser',
  'displayIconUrl',
];

export const attachmentMutations = {
  /** An issue has one attachment per URL: the same URL again updates the existing one. */
  attachmentCreate: ({ input }: LinearDocument.MutationAttachmentCreateArgs, context: Context) => {
    checkInput(input, CREATE_INPUTS);
    if (!URL.canParse(input.url)) throw invalidArgument('url', 'url must be a URL address');
    const transaction = new Transaction(context);
    requireAppForAttribution(input, transaction);
    const issue = requireIssue(transaction, input.issueId);
    const values = {
      title: requireText('title', input.title),
      subtitle: input.subtitle ?? null,
      metadata: (input.metadata as Record<string, unknown> | undefined) ?? {},
    };
    const id = newId(context, input.id);
    const existing = context.view
      .rowsBy('Attachment', 'issueId', issue.id)
      .find(({ url }) => url === input.url);
    const attachment = existing
      ? transaction.update('Attachment', existing, values)
      : transaction.insert('Attachment', {
          id,
          issueId: issue.id,
          url: input.url,
          creatorId: context.user.id,
          ...values,
        });
    if (!existing) transaction.touch(issue.id);
    return { ...transaction.commit(), attachment };
  },
  attachmentUpdate: ({ id, input }: LinearDocument.MutationAttachmentUpdateArgs, context: Context) => {
    checkInput(input, ['title', 'subtitle', 'metadata', 'iconUrl']);
    const transaction = new Transaction(context);
    const before = transaction.require('Attachment', id);
    const attachment = transaction.update('Attachment', before, {
      title: requireText('title', input.title),
      ...(pick(input, ['subtitle', 'metadata']) as Partial<Attachment>),
    });
    return { ...transaction.commit(), attachment };
  },
  attachmentDelete: ({ id }: LinearDocument.MutationAttachmentDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    transaction.remove('Attachment', transaction.require('Attachment', id));
    return { ...transaction.commit(), entityId: id };
  },
};
