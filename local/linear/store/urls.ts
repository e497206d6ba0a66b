import type { Comment, Issue, Project, User } from './model.ts';
import type { Store } from './store.ts';

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
