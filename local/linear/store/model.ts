/** The rows of the store, with the names of Linear's schema. A field such as `teamId` is all that a relation stores. */
export interface Row {
  id: string;
  organizationId: string;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
}

export interface Organization extends Row {
  name: string;
  urlKey: string;
}

export interface User extends Row {
  name: string;
  displayName: string;
  email: string;
  avatarUrl: string | null;
  active: boolean;
  admin: boolean;
  app: boolean;
  isAssignable: boolean;
  isMentionable: boolean;
  canAccessAnyPublicTeam: boolean;
}

/** How a team estimates its issues. */
export type EstimationType = 'notUsed' | 'exponential' | 'fibonacci' | 'linear' | 'tShirt';

export interface Team extends Row {
  key: string;
  name: string;
  private: boolean;
  /** The members. They alone see a private team, as does an application without access to all public teams. */
  memberIds: string[];
  triageEnabled: boolean;
  lastIssueNumber: number;
  defaultIssueStateId: string;
  issueEstimationType: EstimationType;
  issueEstimationAllowZero: boolean;
  /** Whether the scale has two more values. */
  issueEstimationExtended: boolean;
  cyclesEnabled: boolean;
}

type WorkflowStateType =
  | 'triage'
  | 'backlog'
  | 'unstarted'
  | 'started'
  | 'completed'
  | 'canceled'
  | 'duplicate';

export interface WorkflowState extends Row {
  teamId: string;
  name: string;
  type: WorkflowStateType;
  color: string;
  position: number;
}

export interface ProjectStatus extends Row {
  name: string;
  type: 'backlog' | 'planned' | 'started' | 'paused' | 'completed' | 'canceled';
  color: string;
  position: number;
}

export interface Project extends Row {
  name: string;
  description: string;
  content: string | null;
  slugId: string;
  icon: string | null;
  color: string;
  statusId: string;
  teamIds: string[];
  memberIds: string[];
  labelIds: string[];
  creatorId: string | null;
  leadId: string | null;
  priority: number;
  prioritySortOrder: number;
  sortOrder: number;
  startDate: string | null;
  targetDate: string | null;
  startedAt: string | null;
  completedAt: string | null;
  canceledAt: string | null;
  trashed: boolean | null;
}

export interface IssueLabel extends Row {
  name: string;
  description: string | null;
  color: string;
  isGroup: boolean;
  teamId: string | null;
  parentId: string | null;
  creatorId: string | null;
}

export interface Issue extends Row {
  number: number;
  title: string;
  description: string | null;
  priority: number;
  prioritySortOrder: number;
  sortOrder: number;
  estimate: number | null;
  dueDate: string | null;
  teamId: string;
  stateId: string;
  projectId: string | null;
  projectMilestoneId: string | null;
  cycleId: string | null;
  parentId: string | null;
  assigneeId: string | null;
  delegateId: string | null;
  creatorId: string | null;
  labelIds: string[];
  subscriberIds: string[];
  previousIdentifiers: string[];
  startedAt: string | null;
  completedAt: string | null;
  canceledAt: string | null;
  addedToProjectAt: string | null;
  addedToTeamAt: string | null;
  trashed: boolean | null;
}

export interface Comment extends Row {
  body: string;
  issueId: string;
  parentId: string | null;
  userId: string | null;
  editedAt: string | null;
}

export interface Attachment extends Row {
  issueId: string;
  url: string;
  title: string;
  subtitle: string | null;
  metadata: Record<string, unknown>;
  creatorId: string | null;
}

export interface Cycle extends Row {
  teamId: string;
  number: number;
  name: string | null;
  description: string | null;
  startsAt: string;
  endsAt: string;
  completedAt: string | null;
}

export interface ProjectMilestone extends Row {
  projectId: string;
  name: string;
  description: string | null;
  targetDate: string | null;
  sortOrder: number;
}

export interface IssueRelation extends Row {
  issueId: string;
  relatedIssueId: string;
  type: 'blocks' | 'duplicate' | 'related' | 'similar';
}

type Changed =
  | 'Title'
  | 'Priority'
  | 'Estimate'
  | 'DueDate'
  | 'StateId'
  | 'AssigneeId'
  | 'DelegateId'
  | 'ProjectId'
  | 'TeamId'
  | 'ParentId'
  | 'CycleId';
type Changes = Partial<Record<`from${Changed}` | `to${Changed}`, unknown>>;

/** What one update changed in an issue: `from…` and `to…` for each field, named as in Linear. */
export interface IssueHistory extends Row, Changes {
  issueId: string;
  actorId: string | null;
  addedLabelIds: string[] | null;
  removedLabelIds: string[] | null;
  updatedDescription: boolean;
  trashed: boolean | null;
}

/** The types of Linear's schema that the local Linear has data for. */
export interface Entities {
  Organization: Organization;
  User: User;
  Team: Team;
  WorkflowState: WorkflowState;
  ProjectStatus: ProjectStatus;
  Project: Project;
  IssueLabel: IssueLabel;
  Issue: Issue;
  Comment: Comment;
  Attachment: Attachment;
  Cycle: Cycle;
  ProjectMilestone: ProjectMilestone;
  IssueRelation: IssueRelation;
  IssueHistory: IssueHistory;
}
export type EntityType = keyof Entities;

const entityTypes: Record<EntityType, true> = {
  Organization: true,
  User: true,
  Team: true,
  WorkflowState: true,
  ProjectStatus: true,
  Project: true,
  IssueLabel: true,
  Issue: true,
  Comment: true,
  Attachment: true,
  Cycle: true,
  ProjectMilestone: true,
  IssueRelation: true,
  IssueHistory: true,
};
export const isEntityType = (name: string): name is EntityType => Object.hasOwn(entityTypes, name);
