import * as z from 'zod/mini';
import { connections } from '../../../shared/domain/workspaces/connection.ts';
import { historyKinds, historyOutcomes } from '../../../shared/domain/workspaces/history.ts';
import { roles } from '../../../shared/domain/workspaces/membership.ts';
import { isSubject, SUBJECT_RULE } from '../../../shared/domain/workspaces/subject.ts';
import { listOf, record, state, time } from '../fields.ts';
import { SettingsAnswer, SettingsInput } from './settings.ts';

/** `PATCH /workspaces/{id}`. */
export const WorkspaceChanges = z.strictObject({ settings: SettingsInput });

/** The subject of a token. */
export const MemberSub = z.string().check(z.refine(isSubject, SUBJECT_RULE));

/** `PUT /workspaces/{id}/owner`: who owns it from now on. */
export const NewOwner = z.strictObject({ sub: MemberSub });

export const Workspace = z.object({
  id: z.string(),
  /** What the caller is in it. */
  role: z.enum(['owner', 'member']),
  ownerId: z.string(),
  linearOrganizationId: z.string(),
  linearOrganizationName: z.string(),
  /** The first part of the organization's addresses in Linear; absent until the next sync of an older workspace. */
  linearOrganizationUrlKey: z.optional(z.string()),
  linearDefaultTeamId: z.optional(z.string()),
  connection: z.enum(connections),
  /** When a change in Linear was last found that no webhook had announced; absent while webhooks arrive. */
  deliveriesMissedAt: z.optional(time),
  settings: SettingsAnswer,
  ...record,
});

/** The answer to changed settings. `warnings`: what was stored as asked but has no effect in some teams. */
const ChangedWorkspace = z.object({
  ...Workspace.shape,
  warnings: z.array(z.object({ field: z.string(), message: z.string() })),
});

/** A workspace that the caller is invited to, which sees nothing else of it before it accepts. */
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
  sessionId: z.optional(z.string()),
  ownerId: z.optional(z.string()),
  previousOwnerId: z.optional(z.string()),
  /** The subject who did it. */
  by: z.optional(z.string()),
  outcome: z.enum(historyOutcomes),
  startedAt: time,
  endedAt: z.optional(time),
  counts: z.record(z.string(), z.number()),
  errors: z.array(z.string()),
});

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

export const workspaceBodies = { WorkspaceChanges, NewOwner };

export const workspaceAnswers = {
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
};
