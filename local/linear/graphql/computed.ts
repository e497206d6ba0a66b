import type { Comment, Entities, EntityType, Issue, Project, User } from '../store/model.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';

const PRIORITY_LABELS = ['No priority', 'Urgent', 'High', 'Medium', 'Low'];

export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const workspaceUrl = (store: Store, organizationId: string): string =>
  `https://linear.app/${store.get('Organization', organizationId)?.urlKey}`;

export const priorityLabel = (priority: number): string => PRIORITY_LABELS[priority] ?? 'No priority';

export const issueIdentifier = (store: Store, issue: Issue): string =>
  `${store.get('Team', issue.teamId)?.key}-${issue.number}`;

export const issueUrl = (store: Store, issue: Issue): string =>
  `${workspaceUrl(store, issue.organizationId)}/issue/${issueIdentifier(store, issue)}/${slug(issue.title)}`;

export const projectUrl = (store: Store, project: Project): string =>
  `${workspaceUrl(store, project.organizationId)}/project/${slug(project.name)}-${project.slugId}`;

export const userUrl = (store: Store, user: User): string =>
  `${workspaceUrl(store, user.organizationId)}/profiles/${user.displayName}`;

export const commentUrl = (store: Store, comment: Comment): string => {
  const issue = store.get('Issue', comment.issueId);
  return `${issue ? issueUrl(store, issue) : ''}#comment-${comment.id.slice(0, 8)}`;
};

type Computed<T> = { [field: string]: (row: T, context: Context) => unknown };

/** Fields that follow from others and are therefore not stored. */
export const computed: { [T in EntityType]?: Computed<Entities[T]> } = {
  Organization: {
    createdIssueCount: (_, { view }) => view.collection('Issue').size,
    userCount: (_, { view }) => view.rows('User').filter(({ app }) => !app).length,
    previousUrlKeys: () => [],
  },
  User: {
    initials: (row) => row.name.replace(/[^A-Z]/g, '').slice(0, 2),
    isMe: (row, { user }) => row.id === user.id,
    owner: (row) => row.admin,
    url: (row, { store }) => userUrl(store, row),
  },
  Team: {
    displayName: (row) => row.name,
    issueCount: (row, { view }) => view.collection('Issue').idsBy('teamId', row.id).size,
  },
  Project: {
    leadTeamId: (row) => row.teamIds[0] ?? '',
    priorityLabel: (row) => priorityLabel(row.priority),
    state: (row, { store }) => store.get('ProjectStatus', row.statusId)?.type,
    url: (row, { store }) => projectUrl(store, row),
  },
  Issue: {
    branchName: (row, { store, user }) =>
      `${user.displayName}/${issueIdentifier(store, row).toLowerCase()}-${slug(row.title)}`,
    identifier: (row, { store }) => issueIdentifier(store, row),
    priorityLabel: (row) => priorityLabel(row.priority),
    sharedAccess: () => ({ isShared: false, viewerHasOnlySharedAccess: false, sharedWithCount: 0 }),
    url: (row, { store }) => issueUrl(store, row),
  },
  Comment: { url: (row, { store }) => commentUrl(store, row) },
  Cycle: {
    isActive: (row, { clock }) => row.startsAt <= clock.iso() && clock.iso() < row.endsAt,
    isFuture: (row, { clock }) => clock.iso() < row.startsAt,
    isPast: (row, { clock }) => row.endsAt <= clock.iso(),
  },
};
