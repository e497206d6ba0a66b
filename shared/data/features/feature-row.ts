import * as z from 'zod/mini';
import { blockerStates } from '../../domain/features/dependencies.ts';
import { type Listed, withdrawals } from '../../domain/features/feature.ts';
import { statuses } from '../../domain/statuses.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import type { Table } from '../table.ts';
import type * as tables from '../tables.ts';
import { openTexts } from './outcome.ts';

const named = z.object({ id: text, name: text });

const OutcomeRow = z.pipe(
  z.object({
    status: z.enum(['passing', 'failing']),
    runId: text,
    seq: number,
    reportedAt: text,
    summary: maybeText,
    prUrl: maybeText,
    testResults: maybeText,
    failedStep: maybeText,
    error: maybeText,
    /** The five texts above, compressed if they are long. */
    texts: z.optional(z.instanceof(Uint8Array)),
  }),
  z.transform(({ texts, ...outcome }) => (texts ? { ...outcome, ...openTexts(texts) } : outcome)),
);

const BlockerRow = z.object({
  linearIssueId: text,
  identifier: text,
  state: z.enum(blockerStates),
  featureId: maybeText,
});

const LapseRow = z.object({
  status: z.literal('lapsed'),
  runId: text,
  seq: number,
  reportedAt: text,
  leaseUntil: text,
});

/** A row of `features`, by owner. A row without `issue` is a stub or a tombstone, which is never listed. */
export const FeatureRow = z.object({
  id: text,
  workspaceId: text,
  linearIssueId: text,

  // Theirs: written by projections only.
  revision: z._default(number, 0),
  projectId: maybeText,
  listKey: maybeText,
  claimIn: maybeText,
  issue: z.optional(
    z.object({
      identifier: text,
      url: text,
      name: text,
      description: z.union([text, z.instanceof(Uint8Array)]),
      descriptionTruncated: z.optional(z.literal(true)),
      priority: number,
      category: text,
      state: z.object({ id: text, name: text, type: text }),
      labels: z.array(named),
      assignee: z.nullable(named),
      teamId: text,
      estimate: z.nullable(number),
      parent: z.optional(z.object({ linearIssueId: text })),
    }),
  ),
  linearUpdatedAt: maybeText,
  seenAt: maybeText,
  contentHash: maybeText,
  /** Where our own app last moved the issue since the status was settled, according to webhooks. */
  echoStateId: maybeText,
  /**
   * Where somebody else last moved the issue since the status was settled. Then an earlier move of ours no longer
   * counts.
   */
  movedToStateId: maybeText,
  /** Where the issue landed with a move to another team. Nobody chose that state. */
  carriedToStateId: maybeText,
  withdrawn: z.optional(z.enum(withdrawals)),

  // Ours: written by the API.
  status: z.enum(statuses),
  statusSeq: number,
  runId: maybeText,
  reports: z._default(z.set(text), () => new Set<string>()),
  owed: z._default(z.record(text, z.union([OutcomeRow, LapseRow])), () => ({})),
  claimAt: maybeText,
  leaseUntil: maybeText,

  // Written by the poller.
  readySeq: z._default(number, 0),
  readyAt: maybeText,
  announcedSeq: z._default(number, 0),
  announcedAt: maybeText,
  writtenSeq: z._default(number, 0),
  writtenStateId: maybeText,
  /** The state the issue was in when the latest status was settled, whoever put it there. */
  settledStateId: maybeText,
  failure: maybeText,
  /** The last processing found open sub-issues with the trigger label, so it did not make the feature ready. */
  heldBySubIssues: z.optional(z.literal(true)),
  /** The issues that block it, open ones first. Absent until the first read with `dependencies: linear`. */
  blockers: z.optional(z.array(BlockerRow)),
  /** How many more block it that the app cannot see, so that they make no difference. */
  hiddenBlockers: z.optional(number),
  /** The features of a circle of dependencies that this one is part of, in order, itself first. */
  cycle: z.optional(z.array(z.object({ featureId: text, identifier: text }))),
  /** The keys of `blocked`, while an open issue blocks it: its workspace, and its issue with a hash of the open ones. */
  blockedIn: maybeText,
  blockedBy: maybeText,
  /**
   * What the features that depend on this issue were last told of it. `telling`: they are being told. Absent if nothing
   * depends on it.
   */
  toldAs: z.optional(z.enum(['open', 'closed', 'telling'])),
  absentSince: maybeText,
  /** How often in a row Linear reported, without a reason, that it did not carry out a mutation. */
  undoneTries: z._default(number, 0),
  /** The last run whose expired lease was handled. Each run gets one comment about it. */
  lapsedRunId: maybeText,

  // Written by anyone: when the feature has to be processed.
  dueIn: maybeText,
  dueAt: maybeText,
  resyncAt: maybeText,

  createdAt: text,
  updatedAt: text,
});
export type FeatureRow = z.output<typeof FeatureRow>;
export type FeatureItem = Stored<typeof FeatureRow>;

export const where = conditions<FeatureItem>();

export type ListedFeature = Listed<FeatureRow>;

export const featureRow = (row: unknown): FeatureRow => parseRow(FeatureRow, row, 'features');

/** The table `features`. Each module that writes to it owns a part of the attributes. */
export type FeaturesTable = Table<FeatureItem, typeof tables.features>;
