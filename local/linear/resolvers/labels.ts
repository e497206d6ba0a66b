import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { refused } from '../graphql/errors.ts';
import type { IssueLabel } from '../store/model.ts';
import { checkInput, newId, pick, requireText } from './input.ts';
import { Transaction } from './transaction.ts';

/** Checks that an issue of the team may have these labels together, and returns their ids without duplicates. */
export const requireLabels = (transaction: Transaction, teamId: string, labelIds: string[]): string[] => {
  const labels = [...new Set(labelIds)].map((id) => transaction.require('IssueLabel', id));
  const groups = new Set<string>();
  for (const { isGroup, name, parentId, teamId: ownTeamId } of labels) {
    if (isGroup) throw refused(`The label "${name}" is a group and cannot be assigned to issues directly`);
    if (ownTeamId && ownTeamId !== teamId) throw refused(`labelIds for incorrect team: "${name}"`);
    if (parentId && groups.has(parentId)) throw refused('labelIds not exclusive child labels');
    if (parentId) groups.add(parentId);
  }
  return labels.map(({ id }) => id);
};

const UPDATE_INPUTS = ['name', 'description', 'color', 'isGroup', 'parentId'] as const;
const CREATE_INPUTS = [...UPDATE_INPUTS, 'id', 'teamId'];

/** A label's name must be unique in its team, and among the labels of the workspace. */
const requireFreeName = (context: Context, name: string, teamId: string | null, ownId?: string): void => {
  const taken = [...context.view.collection('IssueLabel').values()].some(
    (label) =>
      label.id !== ownId &&
      label.name.toLowerCase() === name.toLowerCase() &&
      (label.teamId === null || teamId === null || label.teamId === teamId),
  );
  if (taken) throw refused('Duplicate label name');
};

const requireGroup = (transaction: Transaction, parentId: string): IssueLabel => {
  const parent = transaction.require('IssueLabel', parentId);
  if (!parent.isGroup) throw refused('The parent label is not a group');
  return parent;
};

export const labelMutations = {
  issueLabelCreate: ({ input }: LinearDocument.MutationIssueLabelCreateArgs, context: Context) => {
    checkInput(input, CREATE_INPUTS);
    const transaction = new Transaction(context);
    const teamId = input.teamId ? transaction.require('Team', input.teamId).id : null;
    const name = requireText('name', input.name);
    requireFreeName(context, name, teamId);
    const issueLabel = transaction.insert('IssueLabel', {
      id: newId(context, input.id),
      name,
      description: input.description ?? null,
      color: input.color ?? '#bec2c8',
      isGroup: input.isGroup ?? false,
      teamId,
      parentId: input.parentId ? requireGroup(transaction, input.parentId).id : null,
      creatorId: context.user.id,
    });
    return { ...transaction.commit(), issueLabel };
  },
  issueLabelUpdate: ({ id, input }: LinearDocument.MutationIssueLabelUpdateArgs, context: Context) => {
    checkInput(input, UPDATE_INPUTS);
    const transaction = new Transaction(context);
    const label = transaction.require('IssueLabel', id);
    if (input.name !== undefined) requireText('name', input.name);
    if (input.name) requireFreeName(context, input.name, label.teamId, label.id);
    if (input.parentId) requireGroup(transaction, input.parentId);
    const issueLabel = transaction.update(
      'IssueLabel',
      label,
      pick(input, UPDATE_INPUTS) as Partial<IssueLabel>,
    );
    return { ...transaction.commit(), issueLabel };
  },
  issueLabelDelete: ({ id }: LinearDocument.MutationIssueLabelDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const label = transaction.require('IssueLabel', id);
    for (const issue of [...context.view.collection('Issue').by('labelIds', id)]) {
      transaction.adjust('Issue', { ...issue, labelIds: issue.labelIds.filter((labelId) => labelId !== id) });
    }
    transaction.remove('IssueLabel', label);
    return { ...transaction.commit(), entityId: id };
  },
};
