import { type Entities, type EntityType, isEntityType, type Row } from './model.ts';
import type { Store } from './store.ts';

/** How one entity leads to others. Fields and filters both walk these, so they cannot disagree. */
export type Relation =
  | { kind: 'one'; type: EntityType; key: string }
  | { kind: 'ids'; type: EntityType; key: string }
  | { kind: 'inverse'; type: EntityType; key: string };

const one = (type: EntityType, key: string): Relation => ({ kind: 'one', type, key });
const ids = (type: EntityType, key: string): Relation => ({ kind: 'ids', type, key });
const inverse = (type: EntityType, key: string): Relation => ({ kind: 'inverse', type, key });

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
    teams: inverse('Team', 'organizationId'),
  },
  Team: {
    organization,
    defaultIssueState: one('WorkflowState', 'defaultIssueStateId'),
    issues: inverse('Issue', 'teamId'),
    labels: inverse('IssueLabel', 'teamId'),
    members: inverse('User', 'organizationId'),
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
  },
  Comment: {
    issue: one('Issue', 'issueId'),
    parent: one('Comment', 'parentId'),
    user: one('User', 'userId'),
    children: inverse('Comment', 'parentId'),
  },
  Attachment: { creator: one('User', 'creatorId'), issue: one('Issue', 'issueId') },
};

export const relationOf = (type: string, field: string): Relation | undefined => {
  if (!isEntityType(type)) return undefined;
  return Object.hasOwn(relations[type], field) ? relations[type][field] : undefined;
};

const property = (row: Row, key: string): unknown => (row as unknown as Record<string, unknown>)[key];

export const follow = (store: Store, row: Row, relation: Relation): Row | Row[] | null => {
  switch (relation.kind) {
    case 'one': {
      const id = property(row, relation.key);
      return typeof id === 'string' ? (store.get(relation.type, id) ?? null) : null;
    }
    case 'ids': {
      const related = property(row, relation.key) as string[];
      return related.map((id) => store.get(relation.type, id)).filter((found) => found !== undefined);
    }
    case 'inverse':
      return rowsOf(store, relation.type, row.organizationId).filter((candidate) => {
        const value = property(candidate, relation.key);
        return Array.isArray(value) ? value.includes(row.id) : value === row.id;
      });
  }
};

/** Every row of a type that an organization has. No read goes past this or `find`. */
export const rowsOf = <T extends EntityType>(
  store: Store,
  type: T,
  organizationId: string,
): Entities[T][] => {
  const rows: Entities[T][] = [];
  for (const row of store.all(type)) if (row.organizationId === organizationId) rows.push(row as Entities[T]);
  return rows;
};

export const find = <T extends EntityType>(
  store: Store,
  type: T,
  organizationId: string,
  id: string,
): Entities[T] | undefined => {
  const row = store.get(type, id) as Entities[T] | undefined;
  return row?.organizationId === organizationId ? row : undefined;
};
