import type { LinearDocument } from '@linear/sdk';
import { issueIdentifier } from '../computed.ts';
import type { Context } from '../context.ts';
import { invalidArgument, notFound, refused } from '../errors.ts';
import { rewriteMarkdown } from '../markdown.ts';
import type { Issue, Project, Team, WorkflowState } from '../model.ts';
import { find, rowsOf } from '../relations.ts';
import { Transaction } from '../transaction.ts';
import { checkInput, newId, pick, requireAppForAttribution, requirePriority, requireText } from './input.ts';
import { requireLabels } from './labels.ts';

/** An issue by UUID or by identifier ("ENG-142", also a former one). */
export const findIssue = (context: Context, id: string): Issue | undefined =>
  find(context.store, 'Issue', context.organizationId, id) ??
  (/^[A-Za-z0-9]+-\d+$/.test(id) ? findByIdentifier(context, id.toUpperCase()) : undefined);

const findByIdentifier = (context: Context, identifier: string): Issue | undefined => {
  const number = Number(identifier.slice(identifier.lastIndexOf('-') + 1));
  return rowsOf(context.store, 'Issue', context.organizationId).find(
    (issue) =>
      (issue.number === number && issueIdentifier(context.store, issue) === identifier) ||
      issue.previousIdentifiers.includes(identifier),
  );
};

export const requireIssue = (transaction: Transaction, id: string): Issue => {
  const issue = findIssue(transaction.context, id);
  if (!issue) throw notFound('Issue');
  // The transaction may hold a newer version of it than the store.
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
  'parentId',
  'assigneeId',
  'delegateId',
  'labelIds',
  'subscriberIds',
] as const;
const CREATE_INPUTS = [...SHARED_INPUTS, 'id', 'createAsUser', 'displayIconUrl'];
const UPDATE_INPUTS = [...SHARED_INPUTS, 'addedLabelIds', 'removedLabelIds', 'trashed'];
const PLAIN_INPUTS = ['title', 'priority', 'prioritySortOrder', 'sortOrder', 'estimate', 'dueDate'] as const;

const createIssue = (transaction: Transaction, input: LinearDocument.IssueCreateInput): Issue => {
  checkInput(input, CREATE_INPUTS);
  requireAppForAttribution(input, transaction);
  requirePriority(input.priority);
  const { context, now } = transaction;
  const team = transaction.require('Team', input.teamId);
  const state = stateOf(transaction, team, input.stateId ?? team.defaultIssueStateId);
  const project = input.projectId ? projectOf(transaction, team, input.projectId) : null;
  const number = team.lastIssueNumber + 1;
  const issue = transaction.insert('Issue', {
    id: newId(input.id),
    number,
    title: requireText('title', input.title),
    description: input.description ? rewriteMarkdown(input.description) : null,
    priority: input.priority ?? 0,
    prioritySortOrder: input.prioritySortOrder ?? -number * 10,
    sortOrder: input.sortOrder ?? -number * 10,
    estimate: input.estimate ?? null,
    dueDate: (input.dueDate as string | undefined) ?? null,
    teamId: team.id,
    stateId: state.id,
    projectId: project?.id ?? null,
    parentId: input.parentId ? requireIssue(transaction, input.parentId).id : null,
    ...peopleOf(transaction, {
      assigneeId: null,
      delegateId: null,
      ...pick(input, ['assigneeId', 'delegateId']),
    }),
    creatorId: context.user.id,
    labelIds: requireLabels(transaction, team.id, input.labelIds ?? []),
    subscriberIds: input.subscriberIds ?? [context.user.id],
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

const updateIssue = (transaction: Transaction, id: string, input: LinearDocument.IssueUpdateInput): Issue => {
  checkInput(input, UPDATE_INPUTS);
  requirePriority(input.priority);
  if (input.title !== undefined) requireText('title', input.title);
  const { now } = transaction;
  const issue = requireIssue(transaction, id);
  const from = transaction.require('Team', issue.teamId);
  const team = input.teamId ? transaction.require('Team', input.teamId) : from;
  const patch: Partial<Issue> = {
    ...(pick(input, PLAIN_INPUTS) as Partial<Issue>),
    ...peopleOf(transaction, pick(input, ['assigneeId', 'delegateId'])),
  };
  if (input.subscriberIds) patch.subscriberIds = input.subscriberIds;
  if (input.description !== undefined) patch.description = rewriteMarkdown(input.description ?? '') || null;
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
  }
  if (input.parentId !== undefined) {
    patch.parentId = input.parentId ? requireIssue(transaction, input.parentId).id : null;
  }
  const labelIds = changedLabels(issue, input);
  if (labelIds) patch.labelIds = requireLabels(transaction, team.id, labelIds);
  const updated = transaction.update('Issue', issue, patch);
  if (input.trashed === true) return trashIssue(transaction, updated);
  if (input.trashed === false) return restoreIssue(transaction, updated);
  return updated;
};

const trashIssue = (transaction: Transaction, issue: Issue): Issue =>
  transaction.update('Issue', issue, { trashed: true, archivedAt: transaction.now }, 'remove');

const restoreIssue = (transaction: Transaction, issue: Issue): Issue =>
  transaction.update('Issue', issue, { trashed: null, archivedAt: null });

const changedLabels = (issue: Issue, input: LinearDocument.IssueUpdateInput): string[] | undefined => {
  const { labelIds, addedLabelIds, removedLabelIds } = input;
  if (!labelIds && !addedLabelIds && !removedLabelIds) return undefined;
  const wanted = new Set([...(labelIds ?? issue.labelIds), ...(addedLabelIds ?? [])]);
  for (const id of removedLabelIds ?? []) wanted.delete(id);
  return [...wanted];
};

const stateOf = (transaction: Transaction, team: Team, stateId: string): WorkflowState => {
  const state = transaction.require('WorkflowState', stateId);
  if (state.teamId !== team.id) throw refused('Discrepancy between issue state and team');
  return state;
};

const projectOf = (transaction: Transaction, team: Team, projectId: string): Project => {
  const project = transaction.require('Project', projectId);
  if (!project.teamIds.includes(team.id)) throw refused('Discrepancy between issue team and project teams');
  return project;
};

/** Assigning an issue to an application makes it the delegate; the assignee stays a human. */
const peopleOf = <T extends { assigneeId?: string | null; delegateId?: string | null }>(
  transaction: Transaction,
  people: T,
): T => {
  const assignee = people.assigneeId ? transaction.require('User', people.assigneeId) : null;
  const delegate = people.delegateId ? transaction.require('User', people.delegateId) : null;
  if (delegate && !delegate.app) throw invalidArgument('delegateId', 'delegateId must be an app user');
  if (!assignee?.app) return people;
  const { assigneeId: _, ...others } = people;
  return { ...others, delegateId: assignee.id } as T;
};

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
  };
};

/** When the issue was started, completed, canceled: set on entering such a state, cleared on leaving it. */
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

const MAX_BATCH = 50;

export const issueMutations = {
  issueCreate: ({ input }: LinearDocument.MutationIssueCreateArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = createIssue(transaction, input);
    return { ...transaction.commit(), issue };
  },
  issueBatchCreate: ({ input }: LinearDocument.MutationIssueBatchCreateArgs, context: Context) => {
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
    if (ids.length > MAX_BATCH) {
      throw invalidArgument('ids', `ids must contain no more than ${MAX_BATCH} elements`);
    }
    const transaction = new Transaction(context);
    const issues = ids.map((id: string) => updateIssue(transaction, id, input));
    return { ...transaction.commit(), issues };
  },
  issueArchive: ({ id, trash }: LinearDocument.MutationIssueArchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const issue = requireIssue(transaction, id);
    const entity = trash
      ? trashIssue(transaction, issue)
      : transaction.update('Issue', issue, { archivedAt: issue.archivedAt ?? transaction.now });
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
    for (const type of ['Comment', 'Attachment'] as const) {
      for (const row of rowsOf(context.store, type, context.organizationId)) {
        if (row.issueId === issue.id) transaction.remove(type, row);
      }
    }
    transaction.remove('Issue', issue);
    return { ...transaction.commit(), entity: null };
  },
};
