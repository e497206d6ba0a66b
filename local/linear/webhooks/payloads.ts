import type { Caller } from '../store/caller.ts';
import type {
  Attachment,
  Comment,
  Cycle,
  Entities,
  EntityType,
  Issue,
  IssueLabel,
  Project,
  Row,
  User,
} from '../store/model.ts';
import type { Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import { commentUrl, issueIdentifier, issueUrl, priorityLabel, projectUrl, userUrl } from '../store/urls.ts';

export type Actor = Pick<Caller, 'user' | 'applicationId'>;

/** The `data` and `url` of the webhooks about each entity type that has webhooks. */
const describe: {
  [T in EntityType]?: (store: Store, row: Entities[T]) => { data: object; url: string | null };
} = {
  Issue: (store, issue) => ({ data: issueData(store, issue), url: issueUrl(store, issue) }),
  Comment: (store, comment) => ({ data: commentData(store, comment), url: commentUrl(store, comment) }),
  IssueLabel: (_, label) => ({ data: labelData(label), url: null }),
  Project: (store, project) => ({ data: projectData(store, project), url: projectUrl(store, project) }),
  Attachment: (_, attachment) => ({ data: attachmentData(attachment), url: attachment.url }),
  Cycle: (_, cycle) => ({ data: cycleData(cycle), url: null }),
  User: (store, user) => ({ data: userEntity(store, user), url: userUrl(store, user) }),
};

/** The `data` and `url` of an entity's webhook body; undefined for types without a webhook. */
export const entityPayload = (store: Store, type: EntityType, row: Row) =>
  (describe[type] as ((store: Store, row: Row) => { data: object; url: string | null }) | undefined)?.(
    store,
    row,
  );

/** The `actor` of a webhook. For an application that acts as itself, Linear was observed to send its app user. */
export const actorPayload = (store: Store, switches: Switches, { user, applicationId }: Actor) => {
  const asUser = { ...userData(store, user), type: 'user' };
  const application = applicationId && user.app ? store.get('Application', applicationId) : undefined;
  if (!application) return asUser;
  const variants = {
    user: asUser,
    oauthClient: { id: application.id, name: application.name, type: 'oauthClient' },
    null: null,
  };
  return variants[switches.values.appActor];
};

const userData = (store: Store, user: User) => ({
  id: user.id,
  name: user.name,
  email: user.email,
  avatarUrl: user.avatarUrl,
  url: userUrl(store, user),
});

const person = (store: Store, id: string | null) => {
  const user = id ? store.get('User', id) : undefined;
  return user && userData(store, user);
};

const teamData = (store: Store, teamId: string) => {
  const team = store.get('Team', teamId);
  return team && { id: team.id, key: team.key, name: team.name };
};

const stateData = (store: Store, stateId: string) => {
  const state = store.get('WorkflowState', stateId);
  return state && { id: state.id, color: state.color, name: state.name, type: state.type };
};

/** An entity's body has no organization id, because the envelope has it. */
const withoutOrganization = <T extends Row>({ organizationId: _, ...data }: T) => data;

const issueData = (store: Store, issue: Issue) => {
  const project = issue.projectId ? store.get('Project', issue.projectId) : undefined;
  const labels = issue.labelIds
    .map((id) => store.get('IssueLabel', id))
    .filter((label) => label !== undefined);
  const cycle = issue.cycleId ? store.get('Cycle', issue.cycleId) : undefined;
  const milestone = issue.projectMilestoneId
    ? store.get('ProjectMilestone', issue.projectMilestoneId)
    : undefined;
  const assignee = person(store, issue.assigneeId);
  const delegate = person(store, issue.delegateId);
  const creator = person(store, issue.creatorId);
  return {
    ...withoutOrganization(issue),
    priorityLabel: priorityLabel(issue.priority),
    autoClosedAt: null,
    autoArchivedAt: null,
    slaStartedAt: null,
    slaMediumRiskAt: null,
    slaHighRiskAt: null,
    slaBreachesAt: null,
    slaType: 'all',
    addedToCycleAt: issue.cycleId ? issue.updatedAt : null,
    startedTriageAt: null,
    triagedAt: null,
    snoozedUntilAt: null,
    botActor: null,
    reactionData: {},
    releases: [],
    labels: labels.map(({ id, color, name, parentId }) => ({ id, color, name, parentId })),
    team: teamData(store, issue.teamId),
    state: stateData(store, issue.stateId),
    ...(project && { project: { id: project.id, name: project.name, url: projectUrl(store, project) } }),
    ...(cycle && {
      cycle: {
        id: cycle.id,
        number: cycle.number,
        name: cycle.name,
        startsAt: cycle.startsAt,
        endsAt: cycle.endsAt,
      },
    }),
    ...(milestone && {
      projectMilestone: { id: milestone.id, name: milestone.name, targetDate: milestone.targetDate },
    }),
    ...(creator && { creator }),
    ...(assignee && { assignee }),
    ...(delegate && { delegate }),
    identifier: issueIdentifier(store, issue),
    url: issueUrl(store, issue),
  };
};

const commentData = (store: Store, comment: Comment) => {
  const issue = store.get('Issue', comment.issueId);
  const user = person(store, comment.userId);
  return {
    ...withoutOrganization(comment),
    ...(issue && {
      issue: {
        id: issue.id,
        identifier: issueIdentifier(store, issue),
        title: issue.title,
        url: issueUrl(store, issue),
        teamId: issue.teamId,
        team: teamData(store, issue.teamId),
      },
    }),
    ...(user && { user }),
    reactionData: {},
    botActor: null,
  };
};

const labelData = (label: IssueLabel) => ({ ...withoutOrganization(label), inheritedFromId: null });

const HISTORIES = {
  issueCountHistory: [],
  completedIssueCountHistory: [],
  scopeHistory: [],
  completedScopeHistory: [],
  inProgressScopeHistory: [],
};

const attachmentData = (attachment: Attachment) => ({
  ...withoutOrganization(attachment),
  groupBySource: false,
  source: null,
  sourceType: null,
  originalIssueId: null,
});

const cycleData = (cycle: Cycle) => ({
  ...withoutOrganization(cycle),
  ...HISTORIES,
  uncompletedIssuesUponCloseIds: [],
  autoArchivedAt: null,
});

const userEntity = (store: Store, user: User) => {
  const { id, createdAt, updatedAt, archivedAt, name, displayName, email, avatarUrl, active, admin, app } =
    user;
  const stamps = { id, createdAt, updatedAt, archivedAt };
  const own = { name, displayName, email, avatarUrl, active, admin, app, owner: admin, guest: false };
  return { ...stamps, ...own, url: userUrl(store, user) };
};

const projectData = (store: Store, project: Project) => {
  const status = store.get('ProjectStatus', project.statusId);
  const lead = person(store, project.leadId);
  const milestones = [
    ...store.collection('ProjectMilestone', project.organizationId).by('projectId', project.id),
  ];
  return {
    ...withoutOrganization(project),
    ...(status && { status: { id: status.id, color: status.color, name: status.name, type: status.type } }),
    ...(lead && { lead }),
    autoArchivedAt: null,
    health: null,
    healthUpdatedAt: null,
    lastUpdateId: null,
    milestones: milestones.map(({ id, name, targetDate }) => ({ id, name, targetDate })),
    initiatives: [],
    ...HISTORIES,
    url: projectUrl(store, project),
  };
};
