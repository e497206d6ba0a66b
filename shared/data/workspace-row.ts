import * as z from 'zod/mini';
import { statuses } from '../domain/feature.ts';
import { connections } from '../domain/workspace.ts';
import { parseRow } from '../parse.ts';
import { SyncRow } from './sync-row.ts';

const RangeRow = z.object({ since: z.string(), until: z.string(), after: z.optional(z.string()) });

/** How far a reconcile came, kept after every page but the last. */
const ReconcileRow = z.object({
  startedAt: z.string(),
  /** Whether it reads a while before the watermarks, for what was committed late. */
  overlaps: z.boolean(),
  /** The greatest `updatedAt` seen: the watermarks to be. */
  top: z.object({ issues: z.string(), projects: z.string() }),
  /** What is still to be read. */
  issues: z.optional(RangeRow),
  projects: z.optional(RangeRow),
  counts: z.record(z.string(), z.number()),
});
export type ReconcileProgress = z.output<typeof ReconcileRow>;

/** The slow pass over all known issues. */
const SweepRow = z.object({
  startedAt: z.string(),
  /** Where it goes on; absent when the pass is over. */
  cursor: z.optional(z.string()),
  /** Pages of this pass so far, and of the one before. */
  pages: z.number(),
  before: z.number(),
});
export type SweepProgress = z.output<typeof SweepRow>;

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
  /** When a look last began that made due again what had been parked. */
  unparkedAt: z.optional(z.string()),
  settings: z.object({
    triggerLabel: z.string(),
    dispatch: z.enum(['push', 'pull']),
    reconcileMinutes: z.number(),
    leaseMinutes: z.optional(z.number()),
    dispatchMinutes: z.optional(z.number()),
    reopen: z.optional(z.boolean()),
    writeBackBatch: z.optional(z.number()),
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
  /** Asked for while `sync` was running, which may have read too early what this one is about. */
  syncAgain: z.optional(SyncRow),
  /** When all projects were listed last. */
  listedAt: z.optional(z.string()),
  issuesWatermark: z.optional(z.string()),
  projectsWatermark: z.optional(z.string()),
  /** When a watermark last rose, and when the last run began that read the overlap before them; by our clock. */
  watermarkRoseAt: z.optional(z.string()),
  overlapReadAt: z.optional(z.string()),
  reconcile: z.optional(ReconcileRow),
  reconcileAt: z.optional(z.string()),
  sweep: z.optional(SweepRow),
  /** What changed in Linear before this is known by a sync or a changed setting, and no missed delivery. */
  missedFrom: z.optional(z.string()),
  /** When a reconcile last found what no webhook had told; absent while webhooks arrive. */
  deliveriesMissedAt: z.optional(z.string()),
  pausedUntil: z.optional(z.string()),
  /** How often in a row Linear did not answer: the pause grows with it. */
  outages: z._default(z.number(), 0),
  /** When `dispatch` was changed, until what was ready by the old way is made due. */
  redispatchAt: z.optional(z.string()),
  /** Linear says that the app was revoked then: a probe decides. */
  revokedAt: z.optional(z.string()),

  dueIn: z.optional(z.string()),
  dueAt: z.optional(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WorkspaceRow = z.output<typeof WorkspaceRow>;

export const workspaceRow = (row: unknown): WorkspaceRow => parseRow(WorkspaceRow, row, 'workspaces');
