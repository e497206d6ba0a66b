import { type Clock, HOUR_MS } from '../../stand-in/clock.ts';
import type {
  EntityType,
  Issue,
  IssueLabel,
  Project,
  ProjectStatus,
  Team,
  User,
  WorkflowState,
} from '../store/model.ts';
import type { Store } from '../store/store.ts';
import { slug } from '../store/urls.ts';
import { plantIssue, plantProject, plantProjectStatuses, plantTeam, plantUser, Sower } from './seeder.ts';

const DAY_MS = 24 * HOUR_MS;

/** A workspace somebody has worked in for a day: teams, projects, labels and a few issues. */
export const seedOrganization = (
  store: Store,
  clock: Clock,
  { name, adminKey }: { name: string; adminKey: string },
): { id: string; adminKey: string } => {
  const id = crypto.randomUUID();
  const sow = new Sower(id, clock.now() - DAY_MS);
  sow.plant('Organization', { id, name, urlKey: slug(name) });
  const ana = plantUser(sow, 'Ana Silva', 'ana', true);
  const ben = plantUser(sow, 'Ben Okafor', 'ben', false);
  sow.add({ set: 'ApiKey', row: { id: adminKey, organizationId: id, userId: ana.id } });
  const statuses = plantProjectStatuses(sow);
  const started = statuses.find(({ type }) => type === 'started') as ProjectStatus;
  const [engineering, eng] = plantTeam(sow, 'ENG', 'Engineering', [ana.id, ben.id]);
  const [operations, ops] = plantTeam(sow, 'OPS', 'Operations', [ana.id]);

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
  const total = counts.teams + counts.projects + counts.issues;
  const sow = new Sower(organizationId, clock.now() - Math.max(1, total) - 100 - 10 * counts.teams);
  const all = <T extends EntityType>(type: T) => [...store.collection(type, organizationId).values()];
  const admin = all('User').find((user) => user.admin) as User;
  const started = all('ProjectStatus').find(({ type }) => type === 'started') as ProjectStatus;
  const label = all('IssueLabel').find(({ name }) => name === 'omakase');

  // Copies: the rows in the store change only with the commit.
  const teams = all('Team').map((team) => ({ ...team }));
  for (const team of teams) sow.add({ set: 'Team', row: team });
  const todos = new Map(
    all('WorkflowState')
      .filter(({ name }) => name === 'Todo')
      .map((state) => [state.teamId, state]),
  );
  for (const _ of range(counts.teams)) {
    const number = teams.length + 1;
    const [team, states] = plantTeam(sow, `T${number}`, `Team ${number}`, [admin.id]);
    teams.push(team);
    todos.set(team.id, states.find(({ name }) => name === 'Todo') as WorkflowState);
  }
  const oldProjects = all('Project');
  const newProjects = range(counts.projects).map((index) => {
    const name = `Project ${oldProjects.length + index + 1}`;
    return plantProject(sow, name, [teams[index % teams.length] as Team], started, admin);
  });
  const projects = newProjects.length > 0 ? newProjects : oldProjects;
  const teamById = new Map(teams.map((team) => [team.id, team]));
  for (const index of range(counts.issues)) {
    const project = projects[index % projects.length] as Project;
    const team = teamById.get(project.teamIds[0] ?? '') as Team;
    plantIssue(sow, team, todos.get(team.id) as WorkflowState, admin, {
      title: `Issue ${index + 1}`,
      projectId: project.id,
      labelIds: label ? [label.id] : [],
    });
  }
  sow.commit(store, 'pieces');
  return counts;
};

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
