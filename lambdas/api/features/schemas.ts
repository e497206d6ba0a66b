import * as z from 'zod/mini';
import { withdrawals } from '../../../shared/domain/features/feature.ts';
import { unreadyReasons } from '../../../shared/domain/features/readiness.ts';
import { statuses } from '../../../shared/domain/statuses.ts';
import { listOf, page, record, state, text, time } from '../fields.ts';

/** A URL that people see as it is: no blanks, no control or direction characters, no user name or password. */
const isCleanUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && !/[\s\p{C}]/u.test(text) && !url.username && !url.password;
};

const run = { runId: text(200) };
const outcome = {
  ...run,
  summary: z.optional(text(10_000)),
  prUrl: z.optional(
    z
      .url({ protocol: /^https?$/ })
      .check(
        z.maxLength(2_000),
        z.refine(isCleanUrl, 'must be percent-encoded, and must not hold a user name or a password'),
      ),
  ),
  testResults: z.optional(text(10_000)),
};

/** `PATCH /features/{id}/status`. Only outcomes say more than the run. */
export const StatusReport = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('pending'), ...run }),
  z.strictObject({ status: z.literal('in_progress'), ...run }),
  z.strictObject({ status: z.literal('passing'), ...outcome }),
  z.strictObject({
    status: z.literal('failing'),
    ...outcome,
    failedStep: z.optional(text(1_000)),
    error: z.optional(text(20_000)),
  }),
]);

/** `POST /features/{id}/release`. */
export const Release = z.strictObject(run);

/** `POST /features/from-linear`. What the issue says is read from Linear. */
export const IssueToImport = z.strictObject({ projectId: text(100), linearIssueId: text(100) });

const eitherWay = z.optional(z.enum(['true', 'false']));
/** `GET /projects/{id}/features`. Each filter that is named leaves out what does not match it. */
export const FeaturesQuery = z.strictObject({
  ...page,
  status: z.optional(z.enum(statuses)),
  ready: eitherWay,
  claimable: eitherWay,
  withdrawn: eitherWay,
});

const named = z.object({ id: z.string(), name: z.string() });

/** A feature as a list shows it: without its description, which may be long. */
export const ListedFeature = z.object({
  id: z.string(),
  workspaceId: z.string(),
  projectId: z.string(),
  name: z.string(),
  priority: z.int(),
  category: z.string(),
  status: z.enum(statuses),
  ready: z.boolean(),
  /** A claim may hand it out now, because it is ready or its lease has expired. */
  claimable: z.boolean(),
  reason: z.optional(
    z
      .enum(unreadyReasons)
      .check(
        z.describe(
          'Why it is not ready. If several reasons apply, this is the first of them in the order of this list. ' +
            '`lease_expired`: the run that holds it did not report in time, and a claim hands it out again. ' +
            '`unconfirmed`: the issue has not been read from Linear since it last began to qualify. ' +
            '`has_open_sub_issues`: open sub-issues carry the trigger label, and the workspace has `parents: exclude`.',
        ),
      ),
  ),
  withdrawn: z.optional(z.enum(withdrawals)),
  runId: z.optional(z.string()),
  failure: z.optional(z.string()),
  /** The end of its lease. */
  leaseUntil: z.optional(time),
  linearIssueId: z.string(),
  linearIssueUrl: z.string(),
  identifier: z.string(),
  linearState: state,
  linearLabels: z.array(named),
  linearAssignee: z.nullable(named),
  estimate: z.nullable(z.number()),
  parent: z.optional(
    z
      .object({ linearIssueId: z.string(), featureId: z.string() })
      .check(
        z.describe(
          'The issue that this one is a sub-issue of. `featureId` is the id of its feature, which need not exist.',
        ),
      ),
  ),
  linearUpdatedAt: time,
  revision: z.int(),
  ...record,
});

export const Feature = z.extend(ListedFeature, {
  description: z.string(),
  /** The whole text is at `linearIssueUrl`. */
  descriptionTruncated: z.optional(z.literal(true)),
});

export const ClaimedFeature = z.extend(Feature, { runId: z.string(), leaseUntil: time });

export const featureBodies = { IssueToImport, StatusReport, Release };

export const featureAnswers = { ListedFeature, FeatureList: listOf(ListedFeature), Feature, ClaimedFeature };
