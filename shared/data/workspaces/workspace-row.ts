import * as z from 'zod/mini';
import { statuses } from '../../domain/statuses.ts';
import { connections } from '../../domain/workspaces/connection.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { flag, maybeText, number, type Stored, text } from '../fields.ts';
import { SyncRow } from '../sync-row.ts';
import type { Table } from '../table.ts';
import type * as tables from '../tables.ts';
import { SettingsRow } from './settings-row.ts';

const RangeRow = z.object({ since: text, until: text, after: maybeText });

/** The progress of a reconcile, stored after every page but the last. */
const ReconcileRow = z.object({
  startedAt: text,
  /** Whether it also reads a period before the watermarks, for changes that were committed late. */
  overlaps: flag,
  /** The greatest `updatedAt` seen so far. They become the watermarks. */
  top: z.object({ issues: text, projects: text, relations: maybeText }),
  /** What is still to be read. */
  issues: z.optional(RangeRow),
  projects: z.optional(RangeRow),
  relations: z.optional(z.object({ since: text, after: maybeText })),
  relationsRead: z.optional(z.literal(true)),
  /** The blocked features are still to be read again, from the cursor on. */
  blocked: z.optional(z.object({ cursor: maybeText })),
  counts: z.record(text, number),
});
export type ReconcileProgress = z.output<typeof ReconcileRow>;

/** The slow pass over all known issues. */
const SweepRow = z.object({
  startedAt: text,
  /** Where the pass continues. Absent when it is over. */
  cursor: maybeText,
  /** The pages of this pass so far, and of the previous pass. */
  pages: number,
  before: number,
});
export type SweepProgress = z.output<typeof SweepRow>;

const StateIdsRow = z.record(text, z.partialRecord(z.enum(statuses), text));
/** The tokens of a connection that was ended, kept until Linear has revoked them. */
const EndedGrantRow = z.object({
  sealedTokens: text,
  endedAt: text,
  /** Until then a refresh was under way. It may produce tokens that have to be revoked too. */
  refreshUntil: maybeText,
});
export type EndedGrant = z.output<typeof EndedGrantRow>;

/** A row of `workspaces`: the connection, its sealed tokens, and what the workspace is due for. */
const WorkspaceRow = z.object({
  id: text,
  ownerId: text,
  /** How often somebody new took the workspace over. Memberships of an earlier tenancy are void. */
  tenancy: z._default(number, 0),
  linearOrganizationId: text,
  linearOrganizationName: text,
  /** The first part of the organization's addresses in Linear. Older rows lack it until their next sync. */
  linearOrganizationUrlKey: maybeText,
  linearDefaultTeamId: maybeText,
  appUserId: text,
  /** Every app user that this workspace's connections had. Whatever any of them wrote is ours. */
  appUserIds: z._default(z.set(text), () => new Set<string>()),
  connection: z.enum(connections),
  connectedAt: text,
  /** When a run last began to make parked rows due again. */
  unparkedAt: maybeText,
  settings: SettingsRow,
  /** Ids of the labels with the trigger label's name. The event of a removed label contains only its id. */
  triggerLabelIds: z._default(z.array(text), () => []),

  /** Ids of the states that `statusMap` and `teamStatusMaps` name, by team, so that a renamed state is followed. */
  wideStateIds: z.optional(StateIdsRow),
  teamStateIds: z.optional(StateIdsRow),

  sealedTokens: maybeText,
  tokenVersion: number,
  tokenExpiresAt: maybeText,
  refreshUntil: maybeText,
  grantRefusedAt: maybeText,
  toRevoke: z._default(z.array(EndedGrantRow), () => []),

  sync: z.optional(SyncRow),
  /** Requested while `sync` was running, which may have read some data too early for it. */
  syncAgain: z.optional(SyncRow),
  /** When all projects were last listed. */
  listedAt: maybeText,
  issuesWatermark: maybeText,
  projectsWatermark: maybeText,
  relationsWatermark: maybeText,
  /** When the last reconcile that read relations began. */
  relationsReadAt: maybeText,
  /** When a watermark last rose, and when the last run that read the overlap began; by our clock. */
  watermarkRoseAt: maybeText,
  overlapReadAt: maybeText,
  reconcile: z.optional(ReconcileRow),
  reconcileAt: maybeText,
  sweep: z.optional(SweepRow),
  /**
   * A change in Linear before this counts as expected, because of a sync or a changed setting, and not as a missed
   * delivery.
   */
  missedFrom: maybeText,
  /** When a reconcile last found a change that no webhook had reported. Absent while webhooks arrive. */
  deliveriesMissedAt: maybeText,
  pausedUntil: maybeText,
  /** How often in a row Linear did not answer. The pause grows with it. */
  outages: z._default(number, 0),
  /** A Bloom filter of the issues that features depend on (domain/features/awaited.ts). Absent if there are none. */
  awaited: z.optional(z.instanceof(Uint8Array)),
  /** When `dispatch` was changed. Removed once the features that were ready by the old setting are due. */
  redispatchAt: maybeText,
  /** When the app was revoked, according to Linear. A probe decides whether that is true. */
  revokedAt: maybeText,

  dueIn: maybeText,
  dueAt: maybeText,
  createdAt: text,
  updatedAt: text,
});
export type WorkspaceRow = z.output<typeof WorkspaceRow>;
export type WorkspaceItem = Stored<typeof WorkspaceRow>;

export const where = conditions<WorkspaceItem>();

export const workspaceRow = (row: unknown): WorkspaceRow => parseRow(WorkspaceRow, row, 'workspaces');

/** The table `workspaces`, as its modules write to it. */
export type WorkspacesTable = Table<WorkspaceItem, typeof tables.workspaces>;
