import * as z from 'zod/mini';
import { type Listed, statuses, withdrawals } from '../domain/feature.ts';
import { parseRow } from '../parse.ts';

const named = z.object({ id: z.string(), name: z.string() });

const OutcomeRow = z.object({
  status: z.enum(['passing', 'failing']),
  runId: z.string(),
  seq: z.number(),
  reportedAt: z.string(),
  summary: z.optional(z.string()),
  prUrl: z.optional(z.string()),
  testResults: z.optional(z.string()),
  failedStep: z.optional(z.string()),
  error: z.optional(z.string()),
});

/** A row of `features`, by owner. A row without `issue` is a stub or a tombstone: it is never listed. */
export const FeatureRow = z.object({
  id: z.string(),
  workspaceId: z.string(),
  linearIssueId: z.string(),

  // Theirs: written by projections only.
  revision: z._default(z.number(), 0),
  projectId: z.optional(z.string()),
  listKey: z.optional(z.string()),
  claimIn: z.optional(z.string()),
  issue: z.optional(
    z.object({
      identifier: z.string(),
      url: z.string(),
      name: z.string(),
      description: z.union([z.string(), z.instanceof(Uint8Array)]),
      descriptionTruncated: z.optional(z.literal(true)),
      priority: z.number(),
      category: z.string(),
      state: z.object({ id: z.string(), name: z.string(), type: z.string() }),
      labels: z.array(named),
      assignee: z.nullable(named),
      teamId: z.string(),
      estimate: z.nullable(z.number()),
    }),
  ),
  linearUpdatedAt: z.optional(z.string()),
  seenAt: z.optional(z.string()),
  contentHash: z.optional(z.string()),
  /** The state that the last change by our own app left the issue in, as far as webhooks told since we settled. */
  echoStateId: z.optional(z.string()),
  withdrawn: z.optional(z.enum(withdrawals)),

  // Ours: written by the API.
  status: z.enum(statuses),
  statusSeq: z.number(),
  runId: z.optional(z.string()),
  reports: z._default(z.set(z.string()), () => new Set<string>()),
  owed: z._default(z.record(z.string(), OutcomeRow), () => ({})),
  claimAt: z.optional(z.string()),
  leaseUntil: z.optional(z.string()),

  // The poller's.
  readySeq: z._default(z.number(), 0),
  readyAt: z.optional(z.string()),
  announcedSeq: z._default(z.number(), 0),
  announcedAt: z.optional(z.string()),
  writtenSeq: z._default(z.number(), 0),
  writtenStateId: z.optional(z.string()),
  /** The state the issue was in when the latest status was settled, whoever put it there. */
  settledStateId: z.optional(z.string()),
  failure: z.optional(z.string()),
  absentSince: z.optional(z.string()),

  // Anyone's: "look at me".
  dueIn: z.optional(z.string()),
  dueAt: z.optional(z.string()),
  resyncAt: z.optional(z.string()),

  createdAt: z.string(),
  updatedAt: z.string(),
});
export type FeatureRow = z.output<typeof FeatureRow>;

export type ListedFeature = Listed<FeatureRow>;

export const featureRow = (row: unknown): FeatureRow => parseRow(FeatureRow, row, 'features');
