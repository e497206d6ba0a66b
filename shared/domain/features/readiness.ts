import { type Closure, closureOf } from '../mirror/project.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import type { Status } from '../statuses.ts';
import type { Settings } from '../workspaces/settings.ts';
import { claimableFrom } from './claim-place.ts';
import { shownDependencies } from './dependencies.ts';
import type { Withdrawal } from './feature.ts';

/**
 * Why a feature is not ready, in order of precedence: the first reason that applies is returned. `lease_expired` comes
 * last, so it means that the feature can be claimed now.
 */
export const unreadyReasons = [
  'withdrawn',
  'passing',
  'failing',
  'taken',
  'closed_in_linear',
  'project_archived',
  'project_completed',
  'project_canceled',
  'not_connected',
  'blocked',
  'has_open_sub_issues',
  'not_confirmed_yet',
  'lease_expired',
] as const;
export type UnreadyReason = (typeof unreadyReasons)[number];

type Candidate = Parameters<typeof shownDependencies>[0] & {
  status: Status;
  withdrawn?: Withdrawal | undefined;
  claimAt?: string | undefined;
  readyAt?: string | undefined;
  leaseUntil?: string | undefined;
  heldBySubIssues?: true | undefined;
  issue: { state: { type: string } };
};

type Surroundings = {
  workspace: { connection: string; settings: Settings };
  project: Parameters<typeof closureOf>[0];
};

const projectReasons: Record<Closure, UnreadyReason> = {
  archived: 'project_archived',
  completed: 'project_completed',
  canceled: 'project_canceled',
};

/** Why a feature is not ready, or `undefined` if it is. `now` is in epoch milliseconds. */
const unreadyReason = (
  feature: Candidate,
  { workspace, project }: Surroundings,
  now: number,
): UnreadyReason | undefined => {
  const { status, claimAt, readyAt, leaseUntil, heldBySubIssues } = feature;
  if (feature.withdrawn) return 'withdrawn';
  const isExpired =
    workspace.settings.dispatch === 'pull' &&
    status === 'in_progress' &&
    leaseUntil !== undefined &&
    Date.parse(leaseUntil) <= now;
  if (status === 'passing' || status === 'failing') return status;
  if (status === 'in_progress' && !isExpired) return 'taken';
  if (!isOpen(feature.issue.state.type)) return 'closed_in_linear';
  const closure = closureOf(project);
  if (closure) return projectReasons[closure];
  if (workspace.connection !== 'connected') return 'not_connected';
  if (shownDependencies(feature, workspace.settings).blocked) return 'blocked';
  if ((claimAt ?? readyAt) === undefined)
    return heldBySubIssues ? 'has_open_sub_issues' : 'not_confirmed_yet';
  return isExpired ? 'lease_expired' : undefined;
};

/** `claimable`: a claim may hand the feature out now, because it is ready or its lease has expired. */
export const shownReadiness = (feature: Candidate, place: Surroundings, now: number) => {
  const reason = unreadyReason(feature, place, now);
  const ready = reason === undefined;
  const { dispatch } = place.workspace.settings;
  const isOffered =
    dispatch === 'pull' && feature.claimAt !== undefined && claimableFrom(feature.claimAt) <= now;
  return { ready, claimable: isOffered && (ready || reason === 'lease_expired'), reason };
};
