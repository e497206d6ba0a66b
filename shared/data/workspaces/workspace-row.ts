import * as z from 'zod/mini';
import { statuses } from '../../domain/statuses.ts';
import { connections } from '../../domain/workspaces/connection.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { flag, maybeText, number, type Stored, text } from '../fields.ts';
import { SyncRow } from '../sync-row.ts';
import type { Table } from '../table.ts';
import type { tables } from '../tables.ts';
import { SettingsRow } from './settings-row.ts';

const RangeRow = z.object({ since: text, until: text, after: maybeText });

/** How far a reconcile came, kept after every page but the last. */
const ReconcileRow = z.object({
  startedAt: text,
  /** Whether it reads a while before the watermarks, for what was committed late. */
  overlaps: flag,
  /** The greatest `updatedAt` seen: the watermarks to be. */
  top: z.object({ issues: text, projects: text }),
  /** What is still to be read. */
  issues: z.optional(RangeRow),
  projects: z.optional(RangeRow),
  counts: z.record(text, number),
});
export type ReconcileProgress = z.output<typeof ReconcileRow>;

/** The slow pass over all known issues. */
const SweepRow = z.object({
  startedAt: text,
  /** Where it goes on; absent when the pass is over. */
  cursor: maybeText,
  /** Pages of this pass so far, and of the one before. */
  pages: number,
  before: number,
});
export type SweepProgress = z.output<typeof SweepRow>;

const StateIdsRow = z.record(text, z.partialRecord(z.enum(statuses), text));
/** The tokens of a connection that was ended, kept until Linear has revoked them. */
const EndedGrantRow = z.object({
  sealedTokens: text,
  endedAt: text,
  /** A refresh was under way: until then it may bring a pair that has to be revoked too. */
  refreshUntil: maybeText,
});
export type EndedGrant = z.output<typeof EndedGrantRow>;

/** A row of `workspaces`: the connection, its sealed tokens, and what the workspace is due. */
const WorkspaceRow = z.object({
  id: text,
  ownerId: text,
  /** How often somebody new took the workspace: memberships of an earlier tenancy are void. */
  tenancy: z._default(number, 0),
  linearOrganizationId: text,
  linearOrganizationName: text,
  /** What the organization's addresses in Linear begin with; rows of before it was kept lack it until the next sync. */
  linearOrganizationUrlKey: maybeText,
  linearDefaultTeamId: maybeText,
  appUserId: text,
  /** Every app user that a connection of this workspace had: what any of them wrote is ours. */
  appUserIds: z._default(z.set(text), () => new Set<string>()),
  connection: z.enum(connections),
  connectedAt: text,
  /** When a run last began to make parked rows due again. */
  unparkedAt: maybeText,
  settings: SettingsRow,
  /** Ids of the labels that bear the trigger label's name; a removed label is known by its id only. */
  triggerLabelIds: z._default(z.array(text), () => []),

  /** Ids of the states that `statusMap` and `teamStatusMaps` name, by team; a state that is renamed is followed. */
  wideStateIds: z.optional(StateIdsRow),
  teamStateIds: z.optional(StateIdsRow),

  sealedTokens: maybeText,
  tokenVersion: number,
  tokenExpiresAt: maybeText,
  refreshUntil: maybeText,
  grantRefusedAt: maybeText,
  toRevoke: z._default(z.array(EndedGrantRow), () => []),

  sync: z.optional(SyncRow),
  /** Asked for while `sync` was running, which may have read too early what this one is about. */
  syncAgain: z.optional(SyncRow),
  /** When all projects were listed last. */
  listedAt: maybeText,
  issuesWatermark: maybeText,
  projectsWatermark: maybeText,
  /** When a watermark last rose, and when the last run began that read the overlap before them; by our clock. */
  watermarkRoseAt: maybeText,
  overlapReadAt: maybeText,
  reconcile: z.optional(ReconcileRow),
  reconcileAt: maybeText,
  sweep: z.optional(SweepRow),
  /** What changed in Linear before this is known by a sync or a changed setting, and no missed delivery. */
  missedFrom: maybeText,
  /** When a reconcile last found a change that no webhook had brought; absent while webhooks arrive. */
  deliveriesMissedAt: maybeText,
  pausedUntil: maybeText,
  /** How often in a row Linear did not answer: the pause grows with it. */
  outages: z._default(number, 0),
  /** When `dispatch` was changed, until what was ready by the old way is made due. */
  redispatchAt: maybeText,
  /** Linear says that the app was revoked then: a probe decides. */
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

/** The table `workspaces`, as its parts write to it. */
export type WorkspacesTable = Table<WorkspaceItem, typeof tables.workspaces>;
