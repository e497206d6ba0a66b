/** What the store holds, under the names of Linear's schema. `xId` beside a row of X is the whole relation. */
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

export interface Team extends Row {
  key: string;
  name: string;
  private: boolean;
  triageEnabled: boolean;
  lastIssueNumber: number;
  defaultIssueStateId: string;
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

interface Attachment extends Row {
  issueId: string;
  url: string;
  title: string;
  subtitle: string | null;
  metadata: Record<string, unknown>;
  creatorId: string | null;
}

/** The types of Linear's schema that hold data here. */
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
};
export const isEntityType = (name: string): name is EntityType => Object.hasOwn(entityTypes, name);

/** The one OAuth application that this Linear knows. `id` is what webhooks call `oauthClientId`. */
export interface Application {
  id: string;
  name: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
}

/** A personal API key; its id is the key. */
interface ApiKey {
  id: string;
  organizationId: string;
  userId: string;
}

/** The application authorized by one organization; its id is the organization's. */
export interface Installation {
  id: string;
  appUserId: string;
  scope: string[];
  webhookId: string;
}

/** An authorization code; its id is the code. */
export interface AuthorizationCode {
  id: string;
  organizationId: string;
  userId: string;
  scope: string[];
  redirectUri: string;
  codeChallenge: string | null;
  codeChallengeMethod: string;
  expiresAt: number;
  used: boolean;
}

/** An access token; its id is the token. */
interface AccessToken {
  id: string;
  organizationId: string;
  userId: string;
  scope: string[];
  expiresAt: number;
}

/** A refresh token; its id is the token. A used one remembers its successors for the replay. */
export interface RefreshToken {
  id: string;
  organizationId: string;
  userId: string;
  scope: string[];
  accessToken: string;
  /** A token made with PKCE and no secret may be refreshed with the client id alone. */
  publicClient: boolean;
  usedAt: number | null;
  nextRefreshToken: string | null;
}

export interface DeliveryAttempt {
  at: string;
  status: number | null;
  error?: string;
}

/** One webhook payload on its way; its id is `Linear-Delivery`. */
export interface Delivery {
  id: string;
  organizationId: string;
  type: string;
  action: string;
  body: string;
  createdAt: string;
  attempts: DeliveryAttempt[];
  outcome: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** When the next attempt is due, in the local clock's milliseconds. Null: now, or never again. */
  dueAt: number | null;
}

interface Setting {
  id: 'clock' | 'sync';
  value: number;
}

/** Everything that survives a restart. */
export interface Tables extends Entities {
  Application: Application;
  ApiKey: ApiKey;
  Installation: Installation;
  AuthorizationCode: AuthorizationCode;
  AccessToken: AccessToken;
  RefreshToken: RefreshToken;
  Delivery: Delivery;
  Setting: Setting;
}
