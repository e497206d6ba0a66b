import { invalidArgument, refused } from '../../graphql/errors.ts';
import type { Cycle, Issue, Project, ProjectMilestone, Team, WorkflowState } from '../../store/model.ts';
import { requireUntrashed } from '../input.ts';
import type { Transaction } from '../transaction.ts';

export const stateOf = (transaction: Transaction, team: Team, stateId: string): WorkflowState => {
  const state = transaction.require('WorkflowState', stateId);
  if (state.teamId !== team.id) throw refused('Discrepancy between issue state and team');
  return state;
};

export const projectOf = (transaction: Transaction, team: Team, projectId: string): Project => {
  const project = transaction.require('Project', projectId);
  if (!project.teamIds.includes(team.id)) throw refused('Discrepancy between issue team and project teams');
  requireUntrashed(transaction, 'Project', project);
  return project;
};

export const milestoneOf = (
  transaction: Transaction,
  projectId: string | null,
  id: string,
): ProjectMilestone => {
  const milestone = transaction.require('ProjectMilestone', id);
  if (milestone.projectId !== projectId) throw refused('Discrepancy between issue project and milestone');
  return milestone;
};

export const cycleOf = (transaction: Transaction, team: Team, id: string): Cycle => {
  const cycle = transaction.require('Cycle', id);
  if (cycle.teamId !== team.id) throw refused('Discrepancy between issue cycle and team');
  requireCycles(team);
  return cycle;
};

/** A team may have had cycles before they were turned off. */
export const requireCycles = ({ cyclesEnabled }: Team): void => {
  if (!cyclesEnabled) throw refused('Cycles are not enabled for this team');
};

/** Clears the project of a moved issue if the new team does not belong to the project. */
export const clearedProject = (transaction: Transaction, issue: Issue, team: Team): Partial<Issue> => {
  const project = issue.projectId ? transaction.find('Project', issue.projectId) : undefined;
  return project && !project.teamIds.includes(team.id)
    ? { projectId: null, projectMilestoneId: null, addedToProjectAt: null }
    : {};
};

/** Assigning an issue to an application makes the application its delegate; the assignee stays a human. */
export const peopleOf = <T extends { assigneeId?: string | null; delegateId?: string | null }>(
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
