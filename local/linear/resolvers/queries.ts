import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { invalidArgument, notFound, notImplemented } from '../graphql/errors.ts';
import { type Arguments, connection, listing } from '../graphql/fields.ts';
import type { EntityType, Row } from '../store/model.ts';
import { findIssue } from './issues/issue.ts';
import { findProject } from './projects.ts';
import { restrictedQueries } from './restricted.ts';

const list = (type: EntityType) => (args: Arguments, context: Context) => listing(type, args, context);

type Finder = (context: Context, id: string) => Row | undefined;

const single =
  (type: EntityType, lookup: Finder = (context, id) => context.view.find(type, id)) =>
  ({ id }: { id: string }, context: Context) => {
    const row = lookup(context, id);
    if (!row) throw notFound(type);
    return row;
  };

/** Finds a team by UUID or by key. */
const findTeam: Finder = (context, id) =>
  context.view.find('Team', id) ??
  context.view.rows('Team').find(({ key }) => key.toUpperCase() === id.toUpperCase());

export const queries = {
  ...restrictedQueries,
  viewer: (_: unknown, { user }: Context) => user,
  organization: (_: unknown, { store, organizationId }: Context) => store.get('Organization', organizationId),
  rateLimitStatus: (_: unknown, { budgets }: Context) => budgets(),

  attachments: list('Attachment'),
  comments: list('Comment'),
  cycles: list('Cycle'),
  issueLabels: list('IssueLabel'),
  issueRelations: list('IssueRelation'),
  issues: list('Issue'),
  projectMilestones: list('ProjectMilestone'),
  projects: list('Project'),
  projectStatuses: list('ProjectStatus'),
  teams: list('Team'),
  users: list('User'),
  workflowStates: list('WorkflowState'),

  attachment: single('Attachment'),
  cycle: single('Cycle'),
  issueRelation: single('IssueRelation'),
  projectMilestone: single('ProjectMilestone'),
  issue: single('Issue', findIssue),
  issueLabel: single('IssueLabel'),
  project: single('Project', findProject),
  projectStatus: single('ProjectStatus'),
  team: single('Team', findTeam),
  user: single('User', (context, id) => (id === 'me' ? context.user : context.view.find('User', id))),
  workflowState: single('WorkflowState'),

  comment: ({ id, hash }: LinearDocument.QueryCommentArgs, context: Context) => {
    if (hash) throw notImplemented('comments by hash');
    if (!id) throw invalidArgument('id', 'id or hash should not be empty');
    return single('Comment')({ id }, context);
  },
  attachmentsForURL: ({ url, ...page }: LinearDocument.QueryAttachmentsForUrlArgs, context: Context) => {
    return connection('Attachment', context.view.rowsBy('Attachment', 'url', url), page, context);
  },
};
