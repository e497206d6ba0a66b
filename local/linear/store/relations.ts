import { type EntityType, isEntityType } from './model.ts';

/** How one entity refers to others. Fields and filters both use these, so they cannot disagree. */
export type Relation =
  | { kind: 'one'; type: EntityType; key: string }
  | { kind: 'ids'; type: EntityType; key: string }
  | { kind: 'inverse'; type: EntityType; key: string };

const one = (type: EntityType, key: string): Relation => ({ kind: 'one', type, key });
const ids = (type: EntityType, key: string): Relation => ({ kind: 'ids', type, key });
const inverse = (type: EntityType, key: string): Relation => ({ kind: 'inverse', type, key });

/** The `from…` and `to…` of a history entry. */
const changed = (field: string, type: EntityType): Record<string, Relation> => ({
  [`from${field}`]: one(type, `from${field}Id`),
  [`to${field}`]: one(type, `to${field}Id`),
});

const organization = one('Organization', 'organizationId');

const relations: { [T in EntityType]: Record<string, Relation> } = {
  Organization: {
    labels: inverse('IssueLabel', 'organizationId'),
    projectStatuses: inverse('ProjectStatus', 'organizationId'),
    teams: inverse('Team', 'organizationId'),
    users: inverse('User', 'organizationId'),
  },
  User: {
    organization,
    assignedIssues: inverse('Issue', 'assigneeId'),
    createdIssues: inverse('Issue', 'creatorId'),
    delegatedIssues: inverse('Issue', 'delegateId'),
    teams: inverse('Team', 'memberIds'),
  },
  Team: {
    organization,
    defaultIssueState: one('WorkflowState', 'defaultIssueStateId'),
    issues: inverse('Issue', 'teamId'),
    labels: inverse('IssueLabel', 'teamId'),
    members: ids('User', 'memberIds'),
    cycles: inverse('Cycle', 'teamId'),
    projects: inverse('Project', 'teamIds'),
    states: inverse('WorkflowState', 'teamId'),
  },
  WorkflowState: { team: one('Team', 'teamId'), issues: inverse('Issue', 'stateId') },
  ProjectStatus: {},
  Project: {
    status: one('ProjectStatus', 'statusId'),
    creator: one('User', 'creatorId'),
    lead: one('User', 'leadId'),
    members: ids('User', 'memberIds'),
    teams: ids('Team', 'teamIds'),
    accessibleTeams: ids('Team', 'teamIds'),
    issues: inverse('Issue', 'projectId'),
    projectMilestones: inverse('ProjectMilestone', 'projectId'),
  },
  IssueLabel: {
    organization,
    creator: one('User', 'creatorId'),
    parent: one('IssueLabel', 'parentId'),
    team: one('Team', 'teamId'),
    children: inverse('IssueLabel', 'parentId'),
    issues: inverse('Issue', 'labelIds'),
  },
  Issue: {
    assignee: one('User', 'assigneeId'),
    creator: one('User', 'creatorId'),
    delegate: one('User', 'delegateId'),
    parent: one('Issue', 'parentId'),
    project: one('Project', 'projectId'),
    state: one('WorkflowState', 'stateId'),
    team: one('Team', 'teamId'),
    labels: ids('IssueLabel', 'labelIds'),
    subscribers: ids('User', 'subscriberIds'),
    attachments: inverse('Attachment', 'issueId'),
    children: inverse('Issue', 'parentId'),
    comments: inverse('Comment', 'issueId'),
    cycle: one('Cycle', 'cycleId'),
    projectMilestone: one('ProjectMilestone', 'projectMilestoneId'),
    relations: inverse('IssueRelation', 'issueId'),
    inverseRelations: inverse('IssueRelation', 'relatedIssueId'),
    history: inverse('IssueHistory', 'issueId'),
  },
  Comment: {
    issue: one('Issue', 'issueId'),
    parent: one('Comment', 'parentId'),
    user: one('User', 'userId'),
    children: inverse('Comment', 'parentId'),
  },
  Attachment: { creator: one('User', 'creatorId'), issue: one('Issue', 'issueId') },
  Cycle: { team: one('Team', 'teamId'), issues: inverse('Issue', 'cycleId') },
  ProjectMilestone: { project: one('Project', 'projectId'), issues: inverse('Issue', 'projectMilestoneId') },
  IssueRelation: { issue: one('Issue', 'issueId'), relatedIssue: one('Issue', 'relatedIssueId') },
  IssueHistory: {
    issue: one('Issue', 'issueId'),
    actor: one('User', 'actorId'),
    addedLabels: ids('IssueLabel', 'addedLabelIds'),
    removedLabels: ids('IssueLabel', 'removedLabelIds'),
    ...changed('State', 'WorkflowState'),
    ...changed('Assignee', 'User'),
    ...changed('Delegate', 'User'),
    ...changed('Project', 'Project'),
    ...changed('Team', 'Team'),
    ...changed('Parent', 'Issue'),
    ...changed('Cycle', 'Cycle'),
  },
};

export const relationOf = (type: string, field: string): Relation | undefined => {
  if (!isEntityType(type)) return undefined;
  return Object.hasOwn(relations[type], field) ? relations[type][field] : undefined;
};
