import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../context.ts';
import { invalidArgument } from '../errors.ts';
import { rowsOf } from '../relations.ts';
import { Transaction } from '../transaction.ts';
import { checkInput, newId, requireAppForAttribution, requireText } from './input.ts';
import { requireIssue } from './issues.ts';

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
  /** One attachment per issue and url: the same url again updates the one that is there. */
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
    const existing = rowsOf(context.store, 'Attachment', context.organizationId).find(
      ({ issueId, url }) => issueId === issue.id && url === input.url,
    );
    const attachment = existing
      ? transaction.update('Attachment', existing, values)
      : transaction.insert('Attachment', {
          id: newId(input.id),
          issueId: issue.id,
          url: input.url,
          creatorId: context.user.id,
          ...values,
        });
    return { ...transaction.commit(), attachment };
  },
};
