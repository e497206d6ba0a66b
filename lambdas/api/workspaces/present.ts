import type * as z from 'zod/mini';
import type { HistoryEntry as HistoryRow } from '../../../shared/data/workspaces/history.ts';
import type { MembershipRow } from '../../../shared/data/workspaces/memberships.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import type { Role } from '../../../shared/domain/workspaces/membership.ts';
import { completeSettings } from '../../../shared/domain/workspaces/settings.ts';
import type { HistoryEntry, Invitation, Member, Workspace } from './schemas.ts';

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

export const presentHistory = ({
  workspaceId,
  id,
  kind,
  projectId,
  sessionId,
  ownerId,
  previousOwnerId,
  by,
  outcome,
  startedAt,
  endedAt,
  counts,
  errors,
}: HistoryRow): z.input<typeof HistoryEntry> => ({
  workspaceId,
  id,
  kind,
  projectId,
  sessionId,
  ownerId,
  previousOwnerId,
  by,
  outcome,
  startedAt,
  endedAt,
  counts,
  errors,
});
