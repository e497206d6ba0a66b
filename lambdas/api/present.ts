import type * as z from 'zod/mini';
import type { ListedFeature } from '../../shared/data/features/feature-row.ts';
import type { ProjectRow } from '../../shared/data/mirror/project-row.ts';
import type { HistoryEntry } from '../../shared/data/workspaces/history.ts';
import type { MembershipRow } from '../../shared/data/workspaces/memberships.ts';
import type { WorkspaceRow } from '../../shared/data/workspaces/workspace-row.ts';
import { readinessFor } from '../../shared/domain/features/readiness.ts';
import { derivedId } from '../../shared/domain/ids.ts';
import { closureOf } from '../../shared/domain/mirror/project.ts';
import type { Role } from '../../shared/domain/workspaces/membership.ts';
import { completeSettings } from '../../shared/domain/workspaces/settings.ts';
import type {
  ClaimedFeature,
  Feature,
  HistoryEntry as HistoryAnswer,
  Invitation,
  ListedFeature as ListedFeatureAnswer,
  Member,
  Project,
  Workspace,
} from './responses.ts';

/** What callers see of a workspace: never a token. */
export const presentWorkspace = (row: WorkspaceRow, sub: string): z.input<typeof Workspace> => ({
  id: row.id,
  role: row.ownerId === sub ? 'owner' : 'member',
  ownerId: row.ownerId,
  linearOrganizationId: row.linearOrganizationId,
  linearOrganizationName: row.linearOrganizationName,
  linearOrganizationUrlKey: row.linearOrganizationUrlKey,
  linearDefaultTeamId: row.linearDefaultTeamId,
  connection: row.connection,
  /** When a change in Linear was last found that no webhook had told; absent while webhooks arrive. */
  deliveriesMissedAt: row.deliveriesMissedAt,
  settings: completeSettings(row.settings),
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

/** All that an invited subject sees. */
export const presentInvitation = (
  { id, linearOrganizationName }: WorkspaceRow,
  { invitedBy, invitedAt }: MembershipRow,
): z.input<typeof Invitation> => ({ id, role: 'invited', linearOrganizationName, invitedBy, invitedAt });

export const presentMember = (
  { sub, invitedBy, invitedAt }: MembershipRow,
  role: Role,
): z.input<typeof Member> => ({ sub, role, invitedBy, invitedAt });

export const presentProject = (row: ProjectRow): z.input<typeof Project> => ({
  id: row.id,
  workspaceId: row.workspaceId,
  name: row.name,
  description: row.description,
  status: row.archivedHere || row.archivedThere ? 'archived' : 'active',
  closed: closureOf(row),
  linearState: row.linearState,
  linearProjectId: row.linearProjectId,
  linearProjectName: row.name,
  linearUrl: row.linearUrl,
  linearTeamIds: row.linearTeamIds,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

/** Where a feature lies, and when it is looked at (epoch ms), decide with it whether it is ready. */
export type Surroundings = { workspace: WorkspaceRow; project: ProjectRow; now: number };

export const presentListedFeature = (
  row: ListedFeature,
  around: Surroundings,
): z.input<typeof ListedFeatureAnswer> => ({
  id: row.id,
  workspaceId: row.workspaceId,
  projectId: row.projectId,
  name: row.issue.name,
  priority: row.issue.priority,
  category: row.issue.category,
  status: row.status,
  ...readinessFor(row, around, around.now),
  withdrawn: row.withdrawn,
  runId: row.runId,
  failure: row.failure,
  linearIssueId: row.linearIssueId,
  linearIssueUrl: row.issue.url,
  identifier: row.issue.identifier,
  linearState: row.issue.state,
  linearLabels: row.issue.labels,
  linearAssignee: row.issue.assignee,
  estimate: row.issue.estimate,
  parent: row.issue.parent && {
    ...row.issue.parent,
    featureId: derivedId('feature', row.issue.parent.linearIssueId),
  },
  leaseUntil: row.status === 'in_progress' ? row.leaseUntil : undefined,
  linearUpdatedAt: row.linearUpdatedAt,
  revision: row.revision,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const presentFeature = (
  row: ListedFeature,
  description: string,
  around: Surroundings,
): z.input<typeof Feature> => ({
  ...presentListedFeature(row, around),
  description,
  descriptionTruncated: row.issue.descriptionTruncated,
});

export const presentHistory = (entry: HistoryEntry): z.input<typeof HistoryAnswer> => entry;

export const presentClaimed = (
  { feature, runId, leaseUntil }: { feature: ListedFeature; runId: string; leaseUntil: string },
  description: string,
  around: Surroundings,
): z.input<typeof ClaimedFeature> => ({
  ...presentFeature(feature, description, around),
  runId,
  leaseUntil,
});
