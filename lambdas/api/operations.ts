import type * as z from 'zod/mini';
import type { RouteKey } from '../routes.ts';
import type { responses } from './responses.ts';
import {
  FeaturesQuery,
  IssueToImport,
  NewOwner,
  PageQuery,
  ProjectChanges,
  ProjectsQuery,
  Release,
  StatusReport,
  WorkspaceChanges,
} from './schemas.ts';

/** Bodies that are sent, by the names they have in the OpenAPI document. */
export const bodies = { WorkspaceChanges, NewOwner, ProjectChanges, IssueToImport, StatusReport, Release };

type Answer = keyof typeof responses | 'page' | 'nothing';

/** What a route is for, takes and answers. Refusals that can befall any route are not repeated at each. */
export type Operation = {
  summary: string;
  query?: z.ZodMiniObject;
  /** `Linear` sends what its own schema says. */
  body?: keyof typeof bodies | 'Linear';
  answers: Readonly<Record<number, Answer>>;
  /** When it is refused with 409. */
  conflict?: string;
};

const reauth = 'The workspace is not connected.';
const pick = (what: string, list: Answer): Operation => ({
  summary: `${what} of the Linear organization, read from Linear now`,
  query: PageQuery,
  answers: { 200: list },
  conflict: reauth,
});

/** Every route, for the OpenAPI document: one that is missing here does not compile. */
export const operations: Record<Exclude<RouteKey, '$default'>, Operation> = {
  'GET /healthz': { summary: 'Whether the service answers', answers: { 200: 'Health' } },
  'GET /openapi.json': { summary: 'This document', answers: { 200: 'Document' } },

  'GET /connect/{link}': {
    summary: 'The page that says who will own the connection',
    answers: { 200: 'page', 400: 'page', 404: 'page' },
  },
  'POST /connect/{link}': {
    summary: 'The button of that page: sends the browser to Linear',
    answers: { 303: 'nothing', 400: 'page', 403: 'page', 404: 'page' },
  },
  'GET /oauth/linear/callback': {
    summary: 'Where Linear sends the browser back to',
    answers: {
      200: 'page',
      400: 'page',
      401: 'page',
      403: 'page',
      404: 'page',
      409: 'page',
      429: 'page',
      502: 'page',
    },
  },
  'POST /workspaces/connect-links': {
    summary: 'Makes a link that connects a Linear organization, valid for 15 minutes',
    answers: { 201: 'ConnectLink' },
  },

  'POST /webhooks/linear': {
    summary: 'What Linear delivers, signed in `linear-signature`',
    body: 'Linear',
    answers: { 200: 'WebhookOutcome' },
  },

  'GET /workspaces': {
    summary:
      'The workspaces that the caller owns or is a member of, and those it is invited to (`role`). A page may be short and still have a next one',
    query: PageQuery,
    answers: { 200: 'WorkspaceList' },
  },
  'GET /workspaces/{id}': { summary: 'One workspace', answers: { 200: 'Workspace' } },
  'PATCH /workspaces/{id}': {
    summary:
      'Changes settings; what is not named stays. States are given by name or id, kept by id and shown by name',
    body: 'WorkspaceChanges',
    answers: { 200: 'ChangedWorkspace' },
    conflict: `${reauth} Or others changed the workspace at the same time, five times in a row: send it again.`,
  },
  'DELETE /workspaces/{id}/connection': {
    summary: 'Revokes the connection at Linear and forgets its tokens; for the owner',
    answers: { 204: 'nothing' },
  },
  'GET /workspaces/{id}/members': {
    summary:
      'The owner, the members and those who are invited; for the owner. A page may be short and still have a next one',
    query: PageQuery,
    answers: { 200: 'MemberList' },
  },
  'PUT /workspaces/{id}/owner': {
    summary: 'Hands the workspace over to one of its members; for the owner, who stays a member',
    body: 'NewOwner',
    answers: { 200: 'Workspace' },
    conflict: 'The subject is not a member, or has not accepted yet.',
  },
  'PUT /workspaces/{id}/membership': {
    summary: 'Accepts an invitation: from then on the caller sees the workspace',
    answers: { 204: 'nothing' },
  },
  'DELETE /workspaces/{id}/membership': {
    summary: 'Leaves a workspace, or declines an invitation to it',
    answers: { 204: 'nothing' },
    conflict: 'The caller is the owner, who hands the workspace over first.',
  },
  'PUT /workspaces/{id}/members/{sub}': {
    summary:
      'Invites a subject, person or machine, which sees the workspace once it has accepted; for the owner',
    answers: { 204: 'nothing' },
  },
  'DELETE /workspaces/{id}/members/{sub}': {
    summary: 'Removes a member, or takes an invitation back; for the owner, and for each member about itself',
    answers: { 204: 'nothing' },
    conflict: 'The subject is the owner, who hands the workspace over first.',
  },
  'POST /workspaces/{id}/sync': {
    summary: 'Asks for a full sync; two at once are one',
    answers: { 202: 'SyncStarted' },
    conflict: reauth,
  },
  'GET /workspaces/{id}/history': {
    summary: 'Runs that did something, newest first, for 90 days',
    query: PageQuery,
    answers: { 200: 'HistoryList' },
  },
  'GET /workspaces/{id}/history/{historyId}': { summary: 'One run', answers: { 200: 'HistoryEntry' } },
  'GET /workspaces/{id}/linear/teams': pick('Teams', 'LinearTeamList'),
  'GET /workspaces/{id}/linear/projects': pick('Projects', 'LinearProjectList'),
  'GET /workspaces/{id}/linear/labels': pick('Labels that an issue can bear', 'LinearLabelList'),
  'GET /workspaces/{id}/linear/states': pick('Workflow states', 'LinearStateList'),
  'GET /workspaces/{id}/linear/issues': pick('Issues, the one changed last first,', 'LinearIssueList'),

  'GET /projects': {
    summary: 'The projects of a workspace, by name',
    query: ProjectsQuery,
    answers: { 200: 'ProjectList' },
  },
  'GET /projects/{id}': { summary: 'One project', answers: { 200: 'Project' } },
  'PATCH /projects/{id}': {
    summary: 'Archives a project here, which no sync undoes, or ends that and imports its issues again',
    body: 'ProjectChanges',
    answers: { 200: 'Project' },
    conflict: 'The project is archived in Linear.',
  },
  'POST /projects/{id}/sync': {
    summary: 'Asks for an import of the project’s labelled open issues; two at once are one',
    answers: { 202: 'SyncStarted' },
    conflict: reauth,
  },
  'GET /projects/by-linear-project/{linearProjectId}': {
    summary: 'The mirror of a Linear project',
    answers: { 200: 'Project' },
  },
  'GET /projects/{id}/features': {
    summary:
      'The features of a project, most urgent first, withdrawn ones too unless `withdrawn=false`. A page may be short and still have a next one',
    query: FeaturesQuery,
    answers: { 200: 'FeatureList' },
  },
  'POST /projects/{id}/features/claim': {
    summary:
      'Hands out the most urgent claimable feature with a new run, under a lease; 204 if there is none',
    answers: { 200: 'ClaimedFeature', 204: 'nothing' },
    conflict:
      'The project is archived, completed or canceled, or the workspace is not connected, or it announces its features (`push`).',
  },

  'POST /features/from-linear': {
    summary: 'Reads an issue from Linear and makes it a feature; 200 if it is one already',
    body: 'IssueToImport',
    answers: { 200: 'Feature', 201: 'Feature' },
    conflict: 'The issue does not qualify, or the workspace is not connected.',
  },
  'PATCH /features/{id}/from-linear': {
    summary: 'Reads the issue of a feature from Linear again',
    answers: { 200: 'Feature' },
    conflict: 'The issue does not qualify any more, or the workspace is not connected.',
  },
  'GET /features/{id}': { summary: 'One feature', answers: { 200: 'Feature' } },
  'GET /features/by-linear-issue/{linearIssueId}': {
    summary: 'The feature of a Linear issue',
    answers: { 200: 'Feature' },
  },
  'PATCH /features/{id}/status': {
    summary:
      'Reports what became of a run. The same report again is the same; it extends a lease. A `prUrl` is linked to the issue, for `failing` as for `passing`',
    body: 'StatusReport',
    answers: { 200: 'Feature' },
    conflict:
      'The report is not allowed in the current state, which `detail` names. Or Linear has still to be told so much of this feature that no more is kept: the texts of all its outcomes may take 90,000 bytes, compressed. A report that is longer than that by itself is a 413.',
  },
  'POST /features/{id}/release': {
    summary: 'Gives a feature back that a run does not go on with',
    body: 'Release',
    answers: { 200: 'Feature' },
    conflict: 'The run does not hold the feature: `detail` names the current state.',
  },
};
