import type {
  Entities,
  EntityType,
  Issue,
  Project,
  ProjectStatus,
  Row,
  Team,
  User,
  WorkflowState,
} from './model.ts';
import type { Operation, Store } from './store.ts';

const STATES: Pick<WorkflowState, 'name' | 'type' | 'color'>[] = [
  { name: 'Triage', type: 'triage', color: '#FC7840' },
  { name: 'Backlog', type: 'backlog', color: '#bec2c8' },
  { name: 'Todo', type: 'unstarted', color: '#e2e2e2' },
  { name: 'In Progress', type: 'started', color: '#f2c94c' },
  { name: 'In Review', type: 'started', color: '#0f783c' },
  { name: 'Done', type: 'completed', color: '#5e6ad2' },
  { name: 'Canceled', type: 'canceled', color: '#95a2b3' },
  { name: 'Duplicate', type: 'duplicate', color: '#95a2b3' },
];
const STATUSES: Pick<ProjectStatus, 'name' | 'type' | 'color'>[] = [
  { name: 'Backlog', type: 'backlog', color: '#bec2c8' },
  { name: 'Planned', type: 'planned', color: '#e2e2e2' },
  { name: 'In Progress', type: 'started', color: '#f2c94c' },
  { name: 'Paused', type: 'paused', color: '#95a2b3' },
  { name: 'Completed', type: 'completed', color: '#5e6ad2' },
  { name: 'Canceled', type: 'canceled', color: '#95a2b3' },
];

/** Writes rows of one organization in one go; each row is a little newer than the one before. */
export class Sower {
  readonly organizationId: string;
  #operations: Operation[] = [];
  #at: number;

  constructor(organizationId: string, startMs: number) {
    this.organizationId = organizationId;
    this.#at = startMs;
  }

  plant<T extends EntityType>(type: T, values: Omit<Entities[T], keyof Row> & { id?: string }): Entities[T] {
    this.#at += 1;
    const createdAt = new Date(this.#at).toISOString();
    const stamps = { organizationId: this.organizationId, createdAt, updatedAt: createdAt, archivedAt: null };
    const row = { id: crypto.randomUUID(), ...stamps, ...values } as unknown as Entities[T];
    this.#operations.push({ set: type, row } as Operation);
    return row;
  }

  add(operation: Operation): void {
    this.#operations.push(operation);
  }

  commit(store: Store): void {
    store.commit(this.#operations);
  }
}

export const plantUser = (sow: Sower, name: string, displayName: string, admin: boolean): User =>
  sow.plant('User', {
    name,
    displayName,
    email: `${displayName}@acme.test`,
    avatarUrl: `https://public.linear.app/avatars/${displayName}.png`,
    active: true,
    admin,
    app: false,
    isAssignable: true,
    isMentionable: true,
    canAccessAnyPublicTeam: true,
  });

export const plantTeam = (sow: Sower, key: string, name: string): [Team, WorkflowState[]] => {
  const id = crypto.randomUUID();
  const states = STATES.map((state, position) =>
    sow.plant('WorkflowState', { ...state, teamId: id, position }),
  );
  const backlog = states.find(({ type }) => type === 'backlog') as WorkflowState;
  const team = sow.plant('Team', {
    id,
    key,
    name,
    private: false,
    triageEnabled: true,
    lastIssueNumber: 0,
    defaultIssueStateId: backlog.id,
  });
  return [team, states];
};

export const plantProject = (
  sow: Sower,
  name: string,
  teams: Team[],
  status: ProjectStatus,
  creator: User,
): Project => {
  const id = crypto.randomUUID();
  return sow.plant('Project', {
    id,
    name,
    description: `Everything about ${name.toLowerCase()}.`,
    content: null,
    slugId: id.replaceAll('-', '').slice(-12),
    icon: null,
    color: '#26b5ce',
    statusId: status.id,
    teamIds: teams.map((team) => team.id),
    memberIds: [creator.id],
    labelIds: [],
    creatorId: creator.id,
    leadId: creator.id,
    priority: 2,
    prioritySortOrder: 0,
    sortOrder: 0,
    startDate: null,
    targetDate: null,
    startedAt: null,
    completedAt: null,
    canceledAt: null,
    trashed: null,
  });
};

export const plantIssue = (
  sow: Sower,
  team: Team,
  state: WorkflowState,
  creator: User,
  values: Partial<Issue> & { title: string },
): Issue => {
  // The team's row goes in again with each issue: it carries the number of the last one.
  team.lastIssueNumber += 1;
  const at = team.createdAt;
  sow.add({ set: 'Team', row: { ...team } });
  return sow.plant('Issue', {
    number: team.lastIssueNumber,
    description: null,
    priority: 0,
    prioritySortOrder: -team.lastIssueNumber * 10,
    sortOrder: -team.lastIssueNumber * 10,
    estimate: null,
    dueDate: null,
    teamId: team.id,
    stateId: state.id,
    projectId: null,
    parentId: null,
    assigneeId: null,
    delegateId: null,
    creatorId: creator.id,
    labelIds: [],
    subscriberIds: [creator.id],
    previousIdentifiers: [],
    startedAt: state.type === 'started' || state.type === 'completed' ? at : null,
    completedAt: state.type === 'completed' ? at : null,
    canceledAt: null,
    addedToProjectAt: values.projectId ? at : null,
    addedToTeamAt: at,
    trashed: null,
    ...values,
  });
};

export const plantProjectStatuses = (sow: Sower): ProjectStatus[] =>
  STATUSES.map((status, position) => sow.plant('ProjectStatus', { ...status, position }));
