import * as z from 'zod/mini';
import { MOST_BLOCKERS, shownBlockerStates } from '../../../shared/domain/features/dependencies.ts';
import { withdrawals } from '../../../shared/domain/features/feature.ts';
import { type UnreadyReason, unreadyReasons } from '../../../shared/domain/features/readiness.ts';
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

const reasonTexts: Record<UnreadyReason, string> = {
  withdrawn: 'Its issue does not qualify any more; `withdrawn` says why.',
  passing: 'A run reported it as passing.',
  failing: 'A run reported it as failing.',
  taken: 'A run is working on it.',
  closed_in_linear: 'Its issue is completed, canceled or a duplicate.',
  project_archived: 'Its project is archived, here or in Linear.',
  project_completed: 'Its project is completed in Linear.',
  project_canceled: 'Its project is canceled in Linear.',
  not_connected: 'Its workspace is not connected.',
  blocked: 'An open issue blocks it; `blocked` names it.',
  has_open_sub_issues: 'Open sub-issues carry the trigger label, and the workspace has `parents: exclude`.',
  not_confirmed_yet: 'Its issue has not been read from Linear since it last began to qualify.',
  lease_expired: 'The run that holds it did not report in time, and a claim hands it out again.',
};

const ShownBlocker = z
  .object({
    linearIssueId: z.optional(z.string()),
    identifier: z.optional(z.string()),
    featureId: z.optional(z.string()),
    state: z.enum(shownBlockerStates),
  })
  .check(
    z.describe(
      '`open`: it blocks. `done`: completed. `dead`: canceled, a duplicate, archived or deleted. ' +
        '`unknown`: the app cannot see it, so it does not block. Only an unknown one has no ids. ' +
        '`featureId`: the feature of the blocking issue, if it has one.',
    ),
  );

const Blocked = z
  .object({ by: z.array(z.string()), cycle: z.optional(z.array(z.string())) })
  .check(
    z.describe(
      'Present while an open issue blocks it, even while a run works on it. `by`: the identifiers of the open issues. ' +
        '`cycle`: the identifiers of features that block each other in a circle, this one first.',
    ),
  );

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
          'Why it is not ready. If several reasons apply, this is the first of them in the order of this list.' +
            unreadyReasons.map((reason) => `\n- \`${reason}\`: ${reasonTexts[reason]}`).join(''),
        ),
      ),
  ),
  withdrawn: z.optional(z.enum(withdrawals)),
  blockedBy: z
    .array(ShownBlocker)
    .check(
      z.describe(
        `The issues that block its issue in Linear, open ones first, ${MOST_BLOCKERS} at most. ` +
          'Empty while it does not qualify, while its issue is closed, and with `dependencies: off`.',
      ),
    ),
  blocked: z.optional(Blocked),
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
