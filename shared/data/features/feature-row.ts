import * as z from 'zod/mini';
import { type Listed, withdrawals } from '../../domain/features/feature.ts';
import { statuses } from '../../domain/statuses.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import type { Table } from '../table.ts';
import type { tables } from '../tables.ts';
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
    /** The five above, compressed, where they are long. */
    texts: z.optional(z.instanceof(Uint8Array)),
  }),
  z.transform(({ texts, ...outcome }) => (texts ? { ...outcome, ...openTexts(texts) } : outcome)),
);

const LapseRow = z.object({
  status: z.literal('lapsed'),
  runId: text,
  seq: number,
  reportedAt: text,
  leaseUntil: text,
});

/** A row of `features`, by owner. A row without `issue` is a stub or a tombstone: it is never listed. */
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
  /** Where our own app moved the issue last, by the webhooks that arrived since the status was settled. */
  echoStateId: maybeText,
  /** Where somebody else was last seen to move the issue since we settled: our own place counts no more. */
  movedToStateId: maybeText,
  /** Where the issue was last seen to land with a move to another team: nobody chose that state. */
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

  // The poller's.
  readySeq: z._default(number, 0),
  readyAt: maybeText,
  announcedSeq: z._default(number, 0),
  announcedAt: maybeText,
  writtenSeq: z._default(number, 0),
  writtenStateId: maybeText,
  /** The state the issue was in when the latest status was settled, whoever put it there. */
  settledStateId: maybeText,
  failure: maybeText,
  /** Open sub-issues with the trigger label were found last, so the feature was not made ready. */
  heldBySubIssues: z.optional(z.literal(true)),
  absentSince: maybeText,
  /** How often in a row Linear answered, without a reason, that it did not do what it was asked. */
  undoneTries: z._default(number, 0),
  /** The last run whose lease was found expired. Each run gets one comment about that. */
  lapsedRunId: maybeText,

  // Anyone's: when the feature has to be processed.
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

/** The table `features`, as its parts write to it: one attribute owner each. */
export type FeaturesTable = Table<FeatureItem, typeof tables.features>;
