import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../context.ts';
import { notFound, notImplemented } from '../errors.ts';
import { type Arguments, connection } from '../fields.ts';
import type { EntityType, Row } from '../model.ts';
import { find, rowsOf } from '../relations.ts';
import { findIssue } from './issues.ts';
import { findProject } from './projects.ts';

const list = (type: EntityType) => (args: Arguments, context: Context) =>
  connection(type, rowsOf(context.store, type, context.organizationId), args, context);

type Finder = (context: Context, id: string) => Row | undefined;

const single =
  (
    type: EntityType,
    lookup: Finder = (context, id) => find(context.store, type, context.organizationId, id),
  ) =>
  ({ id }: { id: string }, context: Context) => {
    const row = lookup(context, id);
    if (!row) throw notFound(type);
    return row;
  };

/** A team by UUID or by key. */
const findTeam: Finder = (context, id) =>
  find(context.store, 'Team', context.organizationId, id) ??
  rowsOf(context.store, 'Team', context.organizationId).find(({ key }) => key === id.toUpperCase());

export const queries = {
  viewer: (_: unknown, { user }: Context) => user,
  organization: (_: unknown, { store, organizationId }: Context) => store.get('Organization', organizationId),
  rateLimitStatus: (_: unknown, { budgets }: Context) => budgets(),

  attachments: list('Attachment'),
  comments: list('Comment'),
  issueLabels: list('IssueLabel'),
  issues: list('Issue'),
  projects: list('Project'),
  projectStatuses: list('ProjectStatus'),
  teams: list('Team'),
  users: list('User'),
  workflowStates: list('WorkflowState'),

  attachment: single('Attachment'),
  issue: single('Issue', findIssue),
  issueLabel: single('IssueLabel'),
  project: single('Project', findProject),
  projectStatus: single('ProjectStatus'),
  team: single('Team', findTeam),
  user: single('User', (context, id) =>
    id === 'me' ? context.user : find(context.store, 'User', context.organizationId, id),
  ),
  workflowState: single('WorkflowState'),

  comment: ({ id, hash }: LinearDocument.QueryCommentArgs, context: Context) => {
    if (hash || !id) throw notImplemented('comments by hash');
    return single('Comment')({ id }, context);
  },
  attachmentsForURL: ({ url, ...page }: LinearDocument.QueryAttachmentsForUrlArgs, context: Context) => {
    const attachments = rowsOf(context.store, 'Attachment', context.organizationId);
    const found = attachments.filter((attachment) => attachment.url === url);
    return connection('Attachment', found, page, context);
  },
};
