import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { invalidArgument, notFound } from '../graphql/errors.ts';
import { rewriteMarkdown } from '../store/markdown.ts';
import type { Project, ProjectStatus } from '../store/model.ts';
import { checkInput, newId, pick, requirePriority, requireText } from './input.ts';
import { Transaction } from './transaction.ts';

/** Finds a project by UUID or by the slug id at the end of its URL. */
export const findProject = (context: Context, id: string): Project | undefined =>
  context.view.find('Project', id) ??
  context.view.rowsBy('Project', 'slugId', id.slice(id.lastIndexOf('-') + 1))[0];

const requireProject = (context: Context, id: string): Project => {
  const project = findProject(context, id);
  if (!project) throw notFound('Project');
  return project;
};

const PLAIN_INPUTS = [
  'icon',
  'color',
  'priority',
  'prioritySortOrder',
  'sortOrder',
  'startDate',
  'targetDate',
] as const;
const CREATE_INPUTS = [
  ...PLAIN_INPUTS,
  'id',
  'name',
  'description',
  'content',
  'statusId',
  'leadId',
  'teamIds',
  'memberIds',
];
const UPDATE_INPUTS = [...CREATE_INPUTS.filter((name) => name !== 'id'), 'trashed'];

const requireTeams = (transaction: Transaction, teamIds: string[]): string[] => {
  if (teamIds.length === 0) throw invalidArgument('teamIds', 'teamIds should not be empty');
  return [...new Set(teamIds)].map((id) => transaction.require('Team', id).id);
};

const defaultStatus = (context: Context): ProjectStatus => {
  const statuses = context.view.rows('ProjectStatus');
  const backlog = statuses.find(({ type }) => type === 'backlog');
  if (!backlog) throw notFound('ProjectStatus');
  return backlog;
};

const statusTimes = (status: ProjectStatus, previous: Project | null, now: string): Partial<Project> => ({
  startedAt: ['backlog', 'planned'].includes(status.type) ? null : (previous?.startedAt ?? now),
  completedAt: status.type === 'completed' ? now : null,
  canceledAt: status.type === 'canceled' ? now : null,
});

const trash = (transaction: Transaction, project: Project): Project =>
  transaction.update('Project', project, { trashed: true, archivedAt: transaction.now }, 'remove');

const archive = (transaction: Transaction, project: Project): Project => {
  const patch = { archivedAt: project.archivedAt ?? transaction.now };
  return transaction.update('Project', project, patch, eventOf(transaction, 'archiveEvent'));
};

/** The webhook action, or null if no webhook is sent. */
const eventOf = ({ context }: Transaction, name: 'archiveEvent' | 'restoreEvent') => {
  const action = context.switches.values[name];
  return action === 'none' ? null : action;
};

const restore = (transaction: Transaction, project: Project): Project =>
  transaction.update(
    'Project',
    project,
    { trashed: null, archivedAt: null },
    eventOf(transaction, 'restoreEvent'),
  );

const createProject = (transaction: Transaction, input: LinearDocument.ProjectCreateInput): Project => {
  checkInput(input, CREATE_INPUTS);
  requirePriority(input.priority);
  const { context, now } = transaction;
  const status = input.statusId
    ? transaction.require('ProjectStatus', input.statusId)
    : defaultStatus(context);
  const id = newId(context, input.id);
  return transaction.insert('Project', {
    id,
    name: requireText('name', input.name),
    description: input.description ?? '',
    content: input.content ? rewriteMarkdown(input.content) : null,
    slugId: id.replaceAll('-', '').slice(-12),
    icon: null,
    color: '#bec2c8',
    statusId: status.id,
    teamIds: requireTeams(transaction, input.teamIds),
    memberIds: (input.memberIds ?? []).map((memberId) => transaction.require('User', memberId).id),
    labelIds: [],
    creatorId: context.user.id,
    leadId: input.leadId ? transaction.require('User', input.leadId).id : null,
    priority: 0,
    prioritySortOrder: 0,
    sortOrder: 0,
    startDate: null,
    targetDate: null,
    startedAt: null,
    completedAt: null,
    canceledAt: null,
    ...(pick(input, PLAIN_INPUTS) as Partial<Project>),
    ...statusTimes(status, null, now),
    trashed: null,
  });
};

const updateProject = (
  transaction: Transaction,
  project: Project,
  input: LinearDocument.ProjectUpdateInput,
): Project => {
  checkInput(input, UPDATE_INPUTS);
  requirePriority(input.priority);
  const patch = pick(input, [...PLAIN_INPUTS, 'description', 'leadId']) as Partial<Project>;
  if (input.leadId) transaction.require('User', input.leadId);
  if (input.name !== undefined) patch.name = requireText('name', input.name);
  if (input.content !== undefined) patch.content = rewriteMarkdown(input.content ?? '') || null;
  if (input.teamIds) patch.teamIds = requireTeams(transaction, input.teamIds);
  if (input.memberIds) patch.memberIds = input.memberIds.map((id) => transaction.require('User', id).id);
  if (input.statusId && input.statusId !== project.statusId) {
    const status = transaction.require('ProjectStatus', input.statusId);
    Object.assign(patch, { statusId: status.id, ...statusTimes(status, project, transaction.now) });
  }
  const updated = transaction.update('Project', project, patch);
  if (input.trashed === true) return trash(transaction, updated);
  if (input.trashed === false) return restore(transaction, updated);
  return updated;
};

export const projectMutations = {
  projectCreate: ({ input }: LinearDocument.MutationProjectCreateArgs, context: Context) => {
    const transaction = new Transaction(context);
    const project = createProject(transaction, input);
    return { ...transaction.commit(), project };
  },
  projectUpdate: ({ id, input }: LinearDocument.MutationProjectUpdateArgs, context: Context) => {
    const transaction = new Transaction(context);
    const project = updateProject(transaction, requireProject(context, id), input);
    return { ...transaction.commit(), project };
  },
  projectArchive: ({ id, trash: toTrash }: LinearDocument.MutationProjectArchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const project = requireProject(context, id);
    const entity = toTrash ? trash(transaction, project) : archive(transaction, project);
    return { ...transaction.commit(), entity };
  },
  projectUnarchive: ({ id }: LinearDocument.MutationProjectUnarchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const entity = restore(transaction, requireProject(context, id));
    return { ...transaction.commit(), entity };
  },
  projectDelete: ({ id }: LinearDocument.MutationProjectDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const entity = trash(transaction, requireProject(context, id));
    return { ...transaction.commit(), entity };
  },
};
