import { type Clock, HOUR_MS } from '../../stand-in/clock.ts';
import type { Issue, IssueLabel, ProjectStatus, Team, WorkflowState } from '../store/model.ts';
import type { Store } from '../store/store.ts';
import { slug } from '../store/urls.ts';
import { Seeder, seedIssue, seedProject, seedProjectStatuses, seedTeam, seedUser } from './seeder.ts';

const DAY_MS = 24 * HOUR_MS;

/** Adds an organization that looks as if people had worked in it for a day: teams, projects, labels, a few issues. */
export const seedOrganization = (
  store: Store,
  clock: Clock,
  { name, adminKey }: { name: string; adminKey: string },
): { id: string; adminKey: string } => {
  const id = crypto.randomUUID();
  const seeder = new Seeder(id, clock.now() - DAY_MS);
  seeder.insert('Organization', { id, name, urlKey: slug(name) });
  const ana = seedUser(seeder, 'Ana Silva', 'ana', true);
  const ben = seedUser(seeder, 'Ben Okafor', 'ben', false);
  seeder.add({ set: 'ApiKey', row: { id: adminKey, organizationId: id, userId: ana.id } });
  const statuses = seedProjectStatuses(seeder);
  const started = statuses.find(({ type }) => type === 'started') as ProjectStatus;
  const [engineering, eng] = seedTeam(seeder, 'ENG', 'Engineering', [ana.id, ben.id], {
    issueEstimationType: 'fibonacci',
    cyclesEnabled: true,
  });
  const [operations, ops] = seedTeam(seeder, 'OPS', 'Operations', [ana.id]);

  const label = (labelName: string, color: string, values: Partial<IssueLabel> = {}) =>
    seeder.insert('IssueLabel', {
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

  const project = (projectName: string, teams: Team[]) =>
    seedProject(seeder, projectName, teams, started, ana);
  const checkout = project('Checkout revamp', [engineering]);
  const reliability = project('Reliability', [engineering, operations]);

  const issue = (
    team: Team,
    states: WorkflowState[],
    state: string,
    values: Partial<Issue> & { title: string },
  ) => seedIssue(seeder, team, states.find((one) => one.name === state) as WorkflowState, ana, values);
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
  seeder.commit(store);
  return { id, adminKey };
};
