import * as z from 'zod/mini';
import { withdrawals } from '../../shared/domain/features/feature.ts';
import { unreadyReasons } from '../../shared/domain/features/readiness.ts';
import { closures } from '../../shared/domain/mirror/project.ts';
import { statuses } from '../../shared/domain/statuses.ts';
import { connections } from '../../shared/domain/workspaces/connection.ts';
import { historyKinds, historyOutcomes } from '../../shared/domain/workspaces/history.ts';
import { roles } from '../../shared/domain/workspaces/membership.ts';
import { SettingsAnswer } from './workspaces/settings.ts';

const time = z.iso.datetime();
const named = z.object({ id: z.string(), name: z.string() });
const state = z.object({ id: z.string(), name: z.string(), type: z.string() });
const record = { createdAt: time, updatedAt: time };

export const Workspace = z.object({
  id: z.string(),
  /** What the caller is in it. */
  role: z.enum(['owner', 'member']),
  ownerId: z.string(),
  linearOrganizationId: z.string(),
  linearOrganizationName: z.string(),
  /** What the organization's addresses in Linear begin with; absent from a workspace that has not synced since it is kept. */
  linearOrganizationUrlKey: z.optional(z.string()),
  linearDefaultTeamId: z.optional(z.string()),
  connection: z.enum(connections),
  deliveriesMissedAt: z.optional(time),
  settings: SettingsAnswer,
  ...record,
});

/** The answer to changed settings. `warnings`: what is kept as asked, and has no effect for some teams. */
const ChangedWorkspace = z.object({
  ...Workspace.shape,
  warnings: z.array(z.object({ field: z.string(), message: z.string() })),
});

/** A workspace that the caller is asked to join: nothing else of it is shown before that. */
export const Invitation = z.object({
  id: z.string(),
  role: z.literal('invited'),
  linearOrganizationName: z.string(),
  invitedBy: z.optional(z.string()),
  invitedAt: z.optional(time),
});

/** A subject that a workspace lists. */
export const Member = z.object({
  sub: z.string(),
  role: z.enum(roles),
  invitedBy: z.optional(z.string()),
  invitedAt: z.optional(time),
});

export const HistoryEntry = z.object({
  workspaceId: z.string(),
  id: z.string(),
  kind: z.enum(historyKinds),
  projectId: z.optional(z.string()),
  ownerId: z.optional(z.string()),
  previousOwnerId: z.optional(z.string()),
  outcome: z.enum(historyOutcomes),
  startedAt: time,
  endedAt: z.optional(time),
  counts: z.record(z.string(), z.number()),
  errors: z.array(z.string()),
});

export const Project = z.object({
  id: z.string(),
  workspaceId: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(['active', 'archived']),
  /** Why it imports no new issues and hands no features out; absent while it is open. */
  closed: z.optional(z.enum(closures)),
  /** Linear's project status type, such as `started`. */
  linearState: z.string(),
  linearProjectId: z.string(),
  linearProjectName: z.string(),
  linearUrl: z.string(),
  linearTeamIds: z.array(z.string()),
  ...record,
});

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
  /** A claim may hand it out now: it is ready, or its lease ran out. */
  claimable: z.boolean(),
  reason: z.optional(
    z
      .enum(unreadyReasons)
      .check(
        z.describe(
          'Why it is not ready; where several apply, the first in the order of this list. `lease_expired`: the run ' +
            'that holds it did not report in time, and a claim hands it out again. `unconfirmed`: Linear was not read ' +
            'since it last began to qualify. `has_open_sub_issues`: open sub-issues carry the trigger label, and the ' +
            'workspace has `parents: exclude`.',
        ),
      ),
  ),
  withdrawn: z.optional(z.enum(withdrawals)),
  runId: z.optional(z.string()),
  failure: z.optional(z.string()),
  /** Until when whoever claimed it holds it. */
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
          'The issue it is a sub-issue of, and the id that the feature of that issue has; there need not be such a feature.',
        ),
      ),
  ),
  linearUpdatedAt: time,
  revision: z.int(),
  ...record,
});

export const Feature = z.extend(ListedFeature, {
  description: z.string(),
  /** Then the whole text is at `linearIssueUrl`. */
  descriptionTruncated: z.optional(z.literal(true)),
});

export const ClaimedFeature = z.extend(Feature, { runId: z.string(), leaseUntil: time });

const LinearTeam = z.object({ id: z.string(), key: z.string(), name: z.string() });
const LinearProject = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: z.string(),
  teamIds: z.array(z.string()),
});
const LinearLabel = z.object({ id: z.string(), name: z.string(), teamId: z.nullable(z.string()) });
const LinearState = z.object({ ...state.shape, position: z.number(), teamId: z.string() });
const LinearIssue = z.object({
  id: z.string(),
  identifier: z.string(),
  title: z.string(),
  url: z.string(),
  updatedAt: time,
  state,
  teamId: z.string(),
  projectId: z.nullable(z.string()),
});

const listOf = <S extends z.ZodMiniType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.optional(z.string()) });

/** Our own errors: RFC 9457. */
const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

/** What is answered, by the names it has in the OpenAPI document. */
export const responses = {
  Health: z.object({ status: z.literal('ok') }),
  Document: z.looseObject({ openapi: z.string() }),
  ConnectLink: z.object({ url: z.url(), expiresAt: time }),
  WebhookOutcome: z.object({ outcome: z.string() }),
  Workspace,
  ChangedWorkspace,
  Invitation,
  MemberList: listOf(Member),
  WorkspaceList: listOf(z.union([Workspace, Invitation])),
  SyncStarted: z.object({ historyId: z.string() }),
  HistoryEntry,
  HistoryList: listOf(HistoryEntry),
  LinearTeamList: listOf(LinearTeam),
  LinearProjectList: listOf(LinearProject),
  LinearLabelList: listOf(LinearLabel),
  LinearStateList: listOf(LinearState),
  LinearIssueList: listOf(LinearIssue),
  Project,
  ProjectList: listOf(Project),
  ListedFeature,
  FeatureList: listOf(ListedFeature),
  Feature,
  ClaimedFeature,
  Problem,
  /** What API Gateway answers itself, before any of our code runs. */
  GatewayError: z.object({ message: z.nullable(z.string()) }),
};
