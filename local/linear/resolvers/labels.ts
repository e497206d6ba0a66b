import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { refused } from '../graphql/errors.ts';
import type { IssueLabel } from '../store/model.ts';
import { checkInput, newId, pick, requireName } from './input.ts';
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

/** Refuses a label as a member of a group that is no group, has another team, is nested or full. */
const requireGroup = (
  transaction: Transaction,
  parentId: string,
  label: Pick<IssueLabel, 'isGroup' | 'teamId'> & { id?: string },
): IssueLabel => {
  const { view, switches } = transaction.context;
  const group = transaction.require('IssueLabel', parentId);
  if (!group.isGroup) throw refused('The parent label is not a group');
  if (label.isGroup) throw refused('A label group cannot be in another group');
  const isOfWorkspace = group.teamId === null && switches.values.groupTeam === 'or-workspace';
  if (group.teamId !== label.teamId && !isOfWorkspace)
    throw refused('A label must be of the same team as its group');
  const members = [...view.collection('IssueLabel').by('parentId', group.id)].filter(
    ({ id }) => id !== label.id,
  );
  if (members.length >= switches.values.labelsInGroup)
    throw refused(`A label group cannot have more than ${switches.values.labelsInGroup} labels`);
  return group;
};

const membersOf = ({ view }: Context, { id }: IssueLabel): IssueLabel[] => [
  ...view.collection('IssueLabel').by('parentId', id),
];

export const labelMutations = {
  issueLabelCreate: ({ input }: LinearDocument.MutationIssueLabelCreateArgs, context: Context) => {
    checkInput(input, CREATE_INPUTS);
    const transaction = new Transaction(context);
    const teamId = input.teamId ? transaction.require('Team', input.teamId).id : null;
    const name = requireName(context, input.name);
    const isGroup = input.isGroup ?? false;
    requireFreeName(context, name, teamId);
    const issueLabel = transaction.insert('IssueLabel', {
      id: newId(context, input.id),
      name,
      description: input.description ?? null,
      color: input.color ?? '#bec2c8',
      isGroup,
      teamId,
      parentId: input.parentId ? requireGroup(transaction, input.parentId, { isGroup, teamId }).id : null,
      creatorId: context.user.id,
    });
    return { ...transaction.commit(), issueLabel };
  },
  issueLabelUpdate: ({ id, input }: LinearDocument.MutationIssueLabelUpdateArgs, context: Context) => {
    checkInput(input, UPDATE_INPUTS);
    const transaction = new Transaction(context);
    const label = transaction.require('IssueLabel', id);
    if (input.name !== undefined) requireName(context, input.name);
    if (input.name) requireFreeName(context, input.name, label.teamId, label.id);
    const parentId = input.parentId === undefined ? label.parentId : input.parentId;
    const isGroup = input.isGroup ?? label.isGroup;
    if (parentId) requireGroup(transaction, parentId, { ...label, isGroup });
    if (!isGroup && membersOf(context, label).length > 0)
      throw refused('A label group that has labels must stay a group');
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
    for (const member of membersOf(context, label)) {
      if (context.switches.values.groupDeletion === 'refused') throw refused('The label group has labels');
      transaction.update('IssueLabel', member, { parentId: null });
    }
    for (const issue of [...context.view.collection('Issue').by('labelIds', id)]) {
      transaction.adjust('Issue', { ...issue, labelIds: issue.labelIds.filter((labelId) => labelId !== id) });
    }
    transaction.remove('IssueLabel', label);
    return { ...transaction.commit(), entityId: id };
  },
};
