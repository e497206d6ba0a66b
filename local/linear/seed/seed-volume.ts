import type { Clock } from '../../stand-in/clock.ts';
import type { EntityType, Issue, Project, ProjectStatus, Team, User, WorkflowState } from '../store/model.ts';
import type { Store } from '../store/store.ts';
import { Seeder, seedIssue, seedProject, seedTeam } from './seeder.ts';

export interface Volume {
  teams: number;
  projects: number;
  issues: number;
  /** `[1, 2]`: of the new issues, "Issue 1" blocks "Issue 2". */
  blocks?: readonly (readonly [number, number])[] | undefined;
}

/** Adds rows in bulk without webhooks. Issues go to the new projects, or to the existing ones without new ones. */
export const seedVolume = (
  store: Store,
  clock: Clock,
  organizationId: string,
  { blocks = [], ...counts }: Volume,
): Omit<Volume, 'blocks'> => {
  const total = counts.teams + counts.projects + counts.issues + blocks.length;
  const seeder = new Seeder(organizationId, clock.now() - Math.max(1, total) - 100 - 10 * counts.teams);
  const all = <T extends EntityType>(type: T) => [...store.collection(type, organizationId).values()];
  const admin = all('User').find((user) => user.admin) as User;
  const started = all('ProjectStatus').find(({ type }) => type === 'started') as ProjectStatus;
  const label = all('IssueLabel').find(({ name }) => name === 'omakase');

  // These are copies, because the rows in the store must not change before the commit.
  const teams = all('Team').map((team) => ({ ...team }));
  for (const team of teams) seeder.add({ set: 'Team', row: team });
  const todos = new Map(
    all('WorkflowState')
      .filter(({ name }) => name === 'Todo')
      .map((state) => [state.teamId, state]),
  );
  for (const _ of range(counts.teams)) {
    const number = teams.length + 1;
    const [team, states] = seedTeam(seeder, `T${number}`, `Team ${number}`, [admin.id]);
    teams.push(team);
    todos.set(team.id, states.find(({ name }) => name === 'Todo') as WorkflowState);
  }
  const oldProjects = all('Project');
  const newProjects = range(counts.projects).map((index) => {
    const name = `Project ${oldProjects.length + index + 1}`;
    return seedProject(seeder, name, [teams[index % teams.length] as Team], started, admin);
  });
  const projects = newProjects.length > 0 ? newProjects : oldProjects;
  const teamById = new Map(teams.map((team) => [team.id, team]));
  const issues = range(counts.issues).map((index) => {
    const project = projects[index % projects.length] as Project;
    const team = teamById.get(project.teamIds[0] ?? '') as Team;
    return seedIssue(seeder, team, todos.get(team.id) as WorkflowState, admin, {
      title: `Issue ${index + 1}`,
      projectId: project.id,
      labelIds: label ? [label.id] : [],
    });
  });
  for (const [blocking, blocked] of blocks)
    seeder.insert('IssueRelation', {
      issueId: (issues[blocking - 1] as Issue).id,
      relatedIssueId: (issues[blocked - 1] as Issue).id,
      type: 'blocks',
    });
  seeder.commit(store, 'batches');
  return counts;
};

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
