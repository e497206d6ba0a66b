import { type Clock, HOUR_MS } from './clock.ts';
import { slug } from './computed.ts';
import type {
  Entities,
  EntityType,
  Issue,
  IssueLabel,
  Project,
  ProjectStatus,
  Team,
  User,
  WorkflowState,
} from './model.ts';
import { rowsOf } from './relations.ts';
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
class Sower {
  readonly organizationId: string;
  #operations: Operation[] = [];
  #at: number;

  constructor(organizationId: string, startMs: number) {
    this.organizationId = organizationId;
    this.#at = startMs;
  }

  plant<T extends EntityType>(
    type: T,
    values: Omit<Entities[T], keyof Stamps> & { id?: string },
  ): Entities[T] {
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
type Stamps = {
  id: string;
  organizationId: string;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
};

/** A workspace somebody has worked in for a day: teams, projects, labels and a few issues. */
export const seedOrganization = (
  store: Store,
  clock: Clock,
  { name, adminKey }: { name: string; adminKey: string },
): { id: string; adminKey: string } => {
  const id = crypto.randomUUID();
  const sow = new Sower(id, clock.now() - 24 * HOUR_MS);
  sow.plant('Organization', { id, name, urlKey: slug(name) });
  const ana = plantUser(sow, 'Ana Silva', 'ana', true);
  const ben = plantUser(sow, 'Ben Okafor', 'ben', false);
  sow.add({ set: 'ApiKey', row: { id: adminKey, organizationId: id, userId: ana.id } });
  const statuses = STATUSES.map((status, position) => sow.plant('ProjectStatus', { ...status, position }));
  const started = statuses.find(({ type }) => type === 'started') as ProjectStatus;
  const [engineering, eng] = plantTeam(sow, 'ENG', 'Engineering');
  const [operations, ops] = plantTeam(sow, 'OPS', 'Operations');

  const label = (labelName: string, color: string, values: Partial<IssueLabel> = {}) =>
    sow.plant('IssueLabel', {
      name: labelName,
      description: null,
      color,
      isGroup: false,
      teamId: null,
      parentId: null,
      creatorId: ana.id,
      ...values,
    });
  const omakase = label('omakase', '#5e6ad2');
  const web = label('web', '#f2994a');
  const backend = label('backend', '#26b5ce');
  const kind = label('Kind', '#95a2b3', { isGroup: true });
  const feature = label('Feature', '#bb87fc', { parentId: kind.id });
  const bug = label('Bug', '#eb5757', { parentId: kind.id });
  label('on-call', '#f2c94c', { teamId: operations.id });

  const project = (projectName: string, teams: Team[]) => plantProject(sow, projectName, teams, started, ana);
  const checkout = project('Checkout revamp', [engineering]);
  const reliability = project('Reliability', [engineering, operations]);

  const issue = (
    team: Team,
    states: WorkflowState[],
    state: string,
    values: Partial<Issue> & { title: string },
  ) => plantIssue(sow, team, states.find((one) => one.name === state) as WorkflowState, ana, values);
  const inCheckout = { projectId: checkout.id };
  const inReliability = { projectId: reliability.id };
  issue(engineering, eng, 'Todo', {
    ...inCheckout,
    title: 'Apple Pay on the checkout page',
    description:
      'Let people pay with Apple Pay.\n\n- [ ] Button on the basket page\n- [ ] Falls back to card',
    priority: 2,
    estimate: 3,
    labelIds: [omakase.id, web.id, feature.id],
  });
  issue(engineering, eng, 'Backlog', {
    ...inCheckout,
    title: 'Gift cards at checkout',
    labelIds: [feature.id],
  });
  issue(engineering, eng, 'In Progress', {
    ...inCheckout,
    title: 'Address lookup is slow',
    priority: 1,
    labelIds: [bug.id],
    assigneeId: ben.id,
  });
  issue(engineering, eng, 'Done', { ...inCheckout, title: 'Remove the old basket', labelIds: [web.id] });
  issue(engineering, eng, 'Triage', { title: 'Receipts arrive twice', labelIds: [bug.id] });
  issue(engineering, eng, 'Backlog', {
    ...inReliability,
    title: 'Retry failed payment callbacks',
    priority: 3,
    labelIds: [omakase.id, backend.id],
  });
  issue(operations, ops, 'Todo', {
    ...inReliability,
    title: 'Alert on a full queue',
    priority: 2,
    labelIds: [backend.id],
  });
  issue(operations, ops, 'In Review', {
    ...inReliability,
    title: 'Rotate the database password',
    assigneeId: ana.id,
  });
  sow.commit(store);
  return { id, adminKey };
};

/** Rows in bulk, in the organization's first team and project where nothing else is said; no webhook tells of them. */
export const seedVolume = (
  store: Store,
  clock: Clock,
  organizationId: string,
  counts: { teams: number; projects: number; issues: number },
): { teams: number; projects: number; issues: number } => {
  const sow = new Sower(
    organizationId,
    clock.now() - Math.max(1, counts.teams + counts.projects + counts.issues) - 100,
  );
  const [admin] = rowsOf(store, 'User', organizationId).filter((user) => user.admin);
  const statuses = rowsOf(store, 'ProjectStatus', organizationId);
  const started = statuses.find(({ type }) => type === 'started') as ProjectStatus;
  const oldTeams = rowsOf(store, 'Team', organizationId).map((team) => ({ ...team }));
  const newTeams = range(counts.teams).map((index) => {
    const number = oldTeams.length + index + 1;
    return plantTeam(sow, `T${number}`, `Team ${number}`);
  });
  const teams = [...oldTeams, ...newTeams.map(([team]) => team)];
  const oldProjects = rowsOf(store, 'Project', organizationId);
  const newProjects = range(counts.projects).map((index) =>
    plantProject(
      sow,
      `Project ${oldProjects.length + index + 1}`,
      [teams[index % teams.length] as Team],
      started,
      admin as User,
    ),
  );
  const projects = newProjects.length > 0 ? newProjects : oldProjects;
  const label = rowsOf(store, 'IssueLabel', organizationId).find(({ name }) => name === 'omakase');
  for (const index of range(counts.issues)) {
    const project = projects[index % projects.length] as Project;
    const team = teams.find(({ id }) => id === project.teamIds[0]) as Team;
    const states = [...rowsOf(store, 'WorkflowState', organizationId), ...newTeams.flatMap(([, own]) => own)];
    const todo = states.find((state) => state.teamId === team.id && state.name === 'Todo') as WorkflowState;
    plantIssue(sow, team, todo, admin as User, {
      title: `Issue ${index + 1}`,
      projectId: project.id,
      labelIds: label ? [label.id] : [],
    });
  }
  sow.commit(store);
  return counts;
};

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const plantUser = (sow: Sower, name: string, displayName: string, admin: boolean): User =>
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

const plantTeam = (sow: Sower, key: string, name: string): [Team, WorkflowState[]] => {
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

const plantProject = (
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

const plantIssue = (
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
