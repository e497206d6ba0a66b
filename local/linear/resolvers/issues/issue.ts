import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../../graphql/context.ts';
import { notFound } from '../../graphql/errors.ts';
import type { Issue, Team, WorkflowState } from '../../store/model.ts';
import { issueIdentifier } from '../../store/urls.ts';
import { requireEstimate } from '../estimates.ts';
import {
  checkInput,
  descriptionOf,
  newId,
  pick,
  requireAppForAttribution,
  requirePriority,
  requireTitle,
} from '../input.ts';
import { requireLabels } from '../labels.ts';
import type { Transaction } from '../transaction.ts';
import { clearedProject, cycleOf, milestoneOf, peopleOf, projectOf, stateOf } from './issue-links.ts';
import { requireParent } from './parents.ts';

/** Finds an issue by UUID or by identifier ("ENG-142"), which may be a former one. */
export const findIssue = (context: Context, id: string): Issue | undefined =>
  context.view.find('Issue', id) ??
  (/^[A-Za-z0-9]+-\d+$/.test(id) ? findByIdentifier(context, id.toUpperCase()) : undefined);

const findByIdentifier = ({ view, store }: Context, identifier: string): Issue | undefined => {
  const number = identifier.slice(identifier.lastIndexOf('-') + 1);
  return (
    view
      .rowsBy('Issue', 'number', String(Number(number)))
      .find((issue) => issueIdentifier(store, issue).toUpperCase() === identifier) ??
    view.rowsBy('Issue', 'previousIdentifiers', identifier)[0]
  );
};

export const requireIssue = (transaction: Transaction, id: string): Issue => {
  const issue = findIssue(transaction.context, id);
  if (!issue) throw notFound('Issue');
  // The transaction may have a newer version of the row than the store.
  return transaction.require('Issue', issue.id);
};

const SHARED_INPUTS = [
  'title',
  'description',
  'priority',
  'prioritySortOrder',
  'sortOrder',
  'estimate',
  'dueDate',
  'teamId',
  'stateId',
  'projectId',
  'projectMilestoneId',
  'cycleId',
  'parentId',
  'assigneeId',
  'delegateId',
  'labelIds',
  'subscriberIds',
] as const;
const CREATE_INPUTS = [...SHARED_INPUTS, 'id', 'createAsUser', 'displayIconUrl'];
const UPDATE_INPUTS = [...SHARED_INPUTS, 'addedLabelIds', 'removedLabelIds', 'trashed'];
const PLAIN_INPUTS = ['title', 'priority', 'prioritySortOrder', 'sortOrder', 'estimate', 'dueDate'] as const;

export const createIssue = (transaction: Transaction, input: LinearDocument.IssueCreateInput): Issue => {
  checkInput(input, CREATE_INPUTS);
  requireAppForAttribution(input, transaction);
  requirePriority(input.priority);
  const { context, now } = transaction;
  const team = transaction.require('Team', input.teamId);
  requireEstimate(transaction, team, input.estimate);
  const state = stateOf(transaction, team, input.stateId ?? team.defaultIssueStateId);
  const project = input.projectId ? projectOf(transaction, team, input.projectId) : null;
  const number = team.lastIssueNumber + 1;
  const issue = transaction.insert('Issue', {
    id: newId(context, input.id),
    number,
    title: requireTitle(context, input.title),
    description: descriptionOf(context, input.description),
    priority: input.priority ?? 0,
    prioritySortOrder: input.prioritySortOrder ?? -number * 10,
    sortOrder: input.sortOrder ?? -number * 10,
    estimate: input.estimate ?? null,
    dueDate: (input.dueDate as string | undefined) ?? null,
    teamId: team.id,
    stateId: state.id,
    projectId: project?.id ?? null,
    projectMilestoneId: input.projectMilestoneId
      ? milestoneOf(transaction, project?.id ?? null, input.projectMilestoneId).id
      : null,
    cycleId: input.cycleId ? cycleOf(transaction, team, input.cycleId).id : null,
    parentId: input.parentId
      ? requireParent(transaction, null, requireIssue(transaction, input.parentId))
      : null,
    ...peopleOf(transaction, {
      assigneeId: null,
      delegateId: null,
      ...pick(input, ['assigneeId', 'delegateId']),
    }),
    creatorId: context.user.id,
    labelIds: requireLabels(transaction, team.id, input.labelIds ?? []),
    subscriberIds: subscribersOf(transaction, input.subscriberIds ?? [context.user.id]),
    previousIdentifiers: [],
    startedAt: null,
    completedAt: null,
    canceledAt: null,
    ...stateTimes(state, null, now),
    addedToProjectAt: project ? now : null,
    addedToTeamAt: now,
    trashed: null,
  });
  transaction.adjust('Team', { ...team, lastIssueNumber: number });
  return issue;
};

export const updateIssue = (
  transaction: Transaction,
  id: string,
  input: LinearDocument.IssueUpdateInput,
): Issue => {
  checkInput(input, UPDATE_INPUTS);
  requirePriority(input.priority);
  const { context, now } = transaction;
  if (input.title !== undefined) requireTitle(context, input.title);
  const issue = requireIssue(transaction, id);
  const from = transaction.require('Team', issue.teamId);
  const team = input.teamId ? transaction.require('Team', input.teamId) : from;
  requireEstimate(transaction, team, input.estimate);
  const patch: Partial<Issue> = {
    ...(pick(input, PLAIN_INPUTS) as Partial<Issue>),
    ...peopleOf(transaction, pick(input, ['assigneeId', 'delegateId'])),
  };
  if (input.subscriberIds) patch.subscriberIds = subscribersOf(transaction, input.subscriberIds);
  if (input.description !== undefined) patch.description = descriptionOf(context, input.description);
  if (team.id !== from.id) Object.assign(patch, moveToTeam(transaction, issue, team));
  const stateId = input.stateId ?? (team.id === from.id ? undefined : team.defaultIssueStateId);
  if (stateId && stateId !== issue.stateId) {
    const state = stateOf(transaction, team, stateId);
    const previous = transaction.require('WorkflowState', issue.stateId);
    Object.assign(patch, { stateId: state.id, ...stateTimes(state, { ...issue, type: previous.type }, now) });
  }
  if (input.projectId !== undefined && (input.projectId ?? null) !== issue.projectId) {
    patch.projectId = input.projectId ? projectOf(transaction, team, input.projectId).id : null;
    patch.addedToProjectAt = input.projectId ? now : null;
    patch.projectMilestoneId = null;
  }
  if (input.projectMilestoneId !== undefined) {
    const projectId = patch.projectId === undefined ? issue.projectId : patch.projectId;
    patch.projectMilestoneId = input.projectMilestoneId
      ? milestoneOf(transaction, projectId, input.projectMilestoneId).id
      : null;
  }
  if (input.cycleId !== undefined) {
    patch.cycleId = input.cycleId ? cycleOf(transaction, team, input.cycleId).id : null;
  }
  if (input.parentId !== undefined) {
    patch.parentId = input.parentId
      ? requireParent(transaction, issue, requireIssue(transaction, input.parentId))
      : null;
  }
  const labelIds = changedLabels(issue, input);
  if (labelIds) patch.labelIds = requireLabels(transaction, team.id, labelIds);
  const updated = transaction.update('Issue', issue, patch);
  if (input.trashed === true) return trashIssue(transaction, updated);
  if (input.trashed === false) return restoreIssue(transaction, updated);
  return updated;
};

export const trashIssue = (transaction: Transaction, issue: Issue): Issue =>
  transaction.update('Issue', issue, { trashed: true, archivedAt: transaction.now }, 'remove');

export const restoreIssue = (transaction: Transaction, issue: Issue): Issue =>
  transaction.update('Issue', issue, { trashed: null, archivedAt: null }, restoreEvent(transaction));

export const archiveIssue = (transaction: Transaction, issue: Issue): Issue => {
  const { archiveEvent } = transaction.context.switches.values;
  const patch = { archivedAt: issue.archivedAt ?? transaction.now };
  return transaction.update('Issue', issue, patch, archiveEvent === 'none' ? null : archiveEvent);
};

const restoreEvent = ({ context }: Transaction) => {
  const { restoreEvent: action } = context.switches.values;
  return action === 'none' ? null : action;
};

const changedLabels = (issue: Issue, input: LinearDocument.IssueUpdateInput): string[] | undefined => {
  const { labelIds, addedLabelIds, removedLabelIds } = input;
  if (!labelIds && !addedLabelIds && !removedLabelIds) return undefined;
  const wanted = new Set([...(labelIds ?? issue.labelIds), ...(addedLabelIds ?? [])]);
  for (const id of removedLabelIds ?? []) wanted.delete(id);
  return [...wanted];
};

const subscribersOf = (transaction: Transaction, ids: string[]): string[] =>
  [...new Set(ids)].map((id) => transaction.require('User', id).id);

const moveToTeam = (transaction: Transaction, issue: Issue, team: Team): Partial<Issue> => {
  const number = team.lastIssueNumber + 1;
  transaction.adjust('Team', { ...team, lastIssueNumber: number });
  const former = issueIdentifier(transaction.context.store, issue);
  return {
    teamId: team.id,
    number,
    previousIdentifiers: [...issue.previousIdentifiers, former],
    addedToTeamAt: transaction.now,
    labelIds: issue.labelIds.filter((id) => transaction.find('IssueLabel', id)?.teamId === null),
    cycleId: null,
    ...clearedProject(transaction, issue, team),
  };
};

/** When the issue was started, completed and canceled: set on entering such a state, cleared on leaving it. */
const stateTimes = (
  state: WorkflowState,
  previous: (Issue & { type: WorkflowState['type'] }) | null,
  now: string,
): Partial<Issue> => {
  const isCanceled = state.type === 'canceled' || state.type === 'duplicate';
  const wasStarted = previous?.startedAt ?? null;
  const notYet = state.type === 'triage' || state.type === 'backlog' || state.type === 'unstarted';
  return {
    startedAt: notYet ? null : isCanceled ? wasStarted : (wasStarted ?? now),
    completedAt: state.type === 'completed' ? (previous?.completedAt ?? now) : null,
    canceledAt: isCanceled ? (previous?.canceledAt ?? now) : null,
    ...(previous && previous.type !== state.type && { sortOrder: previous.sortOrder - 1 }),
  };
};
