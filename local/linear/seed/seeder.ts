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
} from '../store/model.ts';
import type { Operation, Store } from '../store/store.ts';

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
  { name: 'NewRow', type: 'planned', color: '#e2e2e2' },
  { name: 'In Progress', type: 'started', color: '#f2c94c' },
  { name: 'Paused', type: 'paused', color: '#95a2b3' },
  { name: 'Completed', type: 'completed', color: '#5e6ad2' },
  { name: 'Canceled', type: 'canceled', color: '#95a2b3' },
];

/** Collects rows of one organization and writes them together. Each row is a millisecond newer than the one before. */
export class Seeder {
  readonly organizationId: string;
  #operations: Operation[] = [];
  #at: number;

  constructor(organizationId: string, startMs: number) {
    this.organizationId = organizationId;
    this.#at = startMs;
  }

  insert<T extends EntityType>(type: T, values: Omit<Entities[T], keyof Row> & { id?: string }): Entities[T] {
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

  /** Writes all rows in one transaction, or in batches if a part of the rows alone does no harm. */
  commit(store: Store, as: 'whole' | 'batches' = 'whole'): void {
    const size = as === 'whole' ? this.#operations.length : BATCH_SIZE;
    for (let start = 0; start < this.#operations.length; start += size) {
      store.commit(this.#operations.slice(start, start + size));
    }
  }
}

const BATCH_SIZE = 2000;

export const seedUser = (seeder: Seeder, name: string, displayName: string, admin: boolean): User =>
  seeder.insert('User', {
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

type NewRow<T extends Row> = Omit<T, keyof Row> & { id: string };

type Planning = Pick<
  Team,
  'issueEstimationType' | 'issueEstimationAllowZero' | 'issueEstimationExtended' | 'cyclesEnabled'
>;
/** A new team of Linear's neither estimates nor has cycles. */
const NO_ESTIMATES: Planning = {
  issueEstimationType: 'notUsed',
  issueEstimationAllowZero: false,
  issueEstimationExtended: false,
  cyclesEnabled: false,
};

/** A team with the workflow states that Linear gives a new one. */
export const teamRows = (
  id: string,
  values: Pick<Team, 'name' | 'key' | 'private' | 'memberIds'> & Partial<Planning>,
): { team: NewRow<Team>; states: NewRow<WorkflowState>[] } => {
  const states = STATES.map((state, position) => ({
    id: crypto.randomUUID() as string,
    ...state,
    teamId: id,
    position,
  }));
  const backlog = states.find(({ type }) => type === 'backlog') as NewRow<WorkflowState>;
  const issues = { triageEnabled: true, lastIssueNumber: 0, defaultIssueStateId: backlog.id };
  return { team: { id, ...NO_ESTIMATES, ...issues, ...values }, states };
};

export const seedTeam = (
  seeder: Seeder,
  key: string,
  name: string,
  memberIds: string[],
  planning: Partial<Planning> = {},
): [Team, WorkflowState[]] => {
  const { team, states } = teamRows(crypto.randomUUID(), {
    key,
    name,
    private: false,
    memberIds,
    ...planning,
  });
  return [seeder.insert('Team', team), states.map((state) => seeder.insert('WorkflowState', state))];
};

export const seedProject = (
  seeder: Seeder,
  name: string,
  teams: Team[],
  status: ProjectStatus,
  creator: User,
): Project => {
  const id = crypto.randomUUID();
  return seeder.insert('Project', {
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

export const seedIssue = (
  seeder: Seeder,
  team: Team,
  state: WorkflowState,
  creator: User,
  values: Partial<Issue> & { title: string },
): Issue => {
  // The caller's row is changed on purpose: it is written later and then holds the number of its last issue.
  team.lastIssueNumber += 1;
  const at = team.createdAt;
  return seeder.insert('Issue', {
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
    projectMilestoneId: null,
    cycleId: null,
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

export const seedProjectStatuses = (seeder: Seeder): ProjectStatus[] =>
  STATUSES.map((status, position) => seeder.insert('ProjectStatus', { ...status, position }));
