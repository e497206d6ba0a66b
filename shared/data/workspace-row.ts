import * as z from 'zod/mini';
import { statuses } from '../domain/feature.ts';
import { syncStages } from '../domain/sync.ts';
import { connections } from '../domain/workspace.ts';
import { parseRow } from '../parse.ts';

const SyncRow = z.object({
  historyId: z.string(),
  stage: z.enum(syncStages),
  cursor: z.optional(z.string()),
  notBefore: z.optional(z.string()),
  counts: z.record(z.string(), z.number()),
});

const StatusMapRow = z.partialRecord(z.enum(statuses), z.nullable(z.string()));

/** A row of `workspaces`: the connection, its sealed tokens, and what the workspace is due. */
const WorkspaceRow = z.object({
  id: z.string(),
  ownerId: z.string(),
  linearOrganizationId: z.string(),
  linearOrganizationName: z.string(),
  linearDefaultTeamId: z.optional(z.string()),
  appUserId: z.string(),
  connection: z.enum(connections),
  connectedAt: z.string(),
  settings: z.object({
    triggerLabel: z.string(),
    dispatch: z.enum(['push', 'pull']),
    reconcileMinutes: z.number(),
    leaseMinutes: z.optional(z.number()),
    statusMap: StatusMapRow,
    teamStatusMaps: z.record(z.string(), StatusMapRow),
  }),
  /** Ids of the labels that bear the trigger label's name; a removed label is known by its id only. */
  triggerLabelIds: z._default(z.array(z.string()), () => []),

  sealedTokens: z.optional(z.string()),
  tokenVersion: z.number(),
  tokenExpiresAt: z.optional(z.string()),
  refreshUntil: z.optional(z.string()),
  grantRefusedAt: z.optional(z.string()),

  sync: z.optional(SyncRow),
  issuesWatermark: z.optional(z.string()),
  projectsWatermark: z.optional(z.string()),
  reconcileAt: z.optional(z.string()),
  pausedUntil: z.optional(z.string()),
  /** Linear says that the app was revoked then: a probe decides. */
  revokedAt: z.optional(z.string()),

  dueIn: z.optional(z.string()),
  dueAt: z.optional(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WorkspaceRow = z.output<typeof WorkspaceRow>;

export const workspaceRow = (row: unknown): WorkspaceRow => parseRow(WorkspaceRow, row, 'workspaces');
