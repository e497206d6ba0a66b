import { type Closure, closureOf } from '../mirror/project.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import type { Status } from '../statuses.ts';
import { type Withdrawal, withdrawals } from './feature.ts';

/**
 * Why a feature is not ready, in order of precedence: the first reason that applies is returned. At most one withdrawal
 * applies. `lease_expired` comes last, so it means that the feature can be claimed now.
 */
export const unreadyReasons = [
  ...withdrawals,
  'passing',
  'failing',
  'in_progress',
  'issue_closed',
  'project_archived',
  'project_completed',
  'project_canceled',
  'workspace_not_connected',
  'has_open_sub_issues',
  'unconfirmed',
  'lease_expired',
] as const;
export type UnreadyReason = (typeof unreadyReasons)[number];

type Candidate = {
  status: Status;
  withdrawn?: Withdrawal | undefined;
  claimAt?: string | undefined;
  readyAt?: string | undefined;
  leaseUntil?: string | undefined;
  heldBySubIssues?: true | undefined;
  issue: { state: { type: string } };
};

type Surroundings = {
  workspace: { connection: string; settings: { dispatch: 'push' | 'pull' } };
  project: Parameters<typeof closureOf>[0];
};

const projectReasons: Record<Closure, UnreadyReason> = {
  archived: 'project_archived',
  completed: 'project_completed',
  canceled: 'project_canceled',
};

/** Why a feature is not ready, or `undefined` if it is. `now` is in epoch milliseconds. */
const unreadyReason = (
  { status, withdrawn, claimAt, readyAt, leaseUntil, heldBySubIssues, issue }: Candidate,
  { workspace, project }: Surroundings,
  now: number,
): UnreadyReason | undefined => {
  if (withdrawn) return withdrawn;
  const isExpired =
    workspace.settings.dispatch === 'pull' &&
    status === 'in_progress' &&
    leaseUntil !== undefined &&
    Date.parse(leaseUntil) <= now;
  if (status !== 'pending' && !isExpired) return status;
  if (!isOpen(issue.state.type)) return 'issue_closed';
  const closure = closureOf(project);
  if (closure) return projectReasons[closure];
  if (workspace.connection !== 'connected') return 'workspace_not_connected';
  if ((claimAt ?? readyAt) === undefined) return heldBySubIssues ? 'has_open_sub_issues' : 'unconfirmed';
  return isExpired ? 'lease_expired' : undefined;
};

/** `claimable`: a claim may hand the feature out now, because it is ready or its lease has expired. */
export const shownReadiness = (feature: Candidate, place: Surroundings, now: number) => {
  const reason = unreadyReason(feature, place, now);
  const ready = reason === undefined;
  const { dispatch } = place.workspace.settings;
  const isOffered =
    dispatch === 'pull' && feature.claimAt !== undefined && Date.parse(feature.claimAt) <= now;
  return { ready, claimable: isOffered && (ready || reason === 'lease_expired'), reason };
};
