import type { IssueEvent, Mover } from '../mirror/delivery.ts';
import type { IssueSnapshot } from '../mirror/issue.ts';
import type { Closure } from '../mirror/project.ts';
import { carriesLabel, type Trigger } from '../mirror/trigger.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import type { Withdrawal } from './feature.ts';

/** What decides whether an issue is ours: the workspace's label, and the issue's project if we mirror it. */
export type Placement = Trigger & {
  workspaceId: string;
  project: { id: string; isActive: boolean; closure?: Closure | undefined } | undefined;
};

/**
 * Who moved an issue that a read shows in another state than the row. Nobody is named if our own write may have done
 * it: while something is still to be written back, or if it is the state that we left.
 */
export const moverSeen = (
  issue: IssueSnapshot,
  row: (WriteBackTrail & { issue?: { state: { id: string }; teamId: string } | undefined }) | undefined,
): Mover | undefined => {
  if (!row?.issue || row.issue.state.id === issue.state.id) return undefined;
  if (row.issue.teamId !== issue.teamId) return 'team';
  if (row.writtenSeq < row.statusSeq) return undefined;
  return issue.state.id === row.writtenStateId && row.movedToStateId === undefined ? undefined : 'somebody';
};

type WriteBackTrail = {
  statusSeq: number;
  writtenSeq: number;
  writtenStateId?: string | undefined;
  movedToStateId?: string | undefined;
};

/**
 * Which rows a projection may write. `create`: any row, and a new one. `edit`: only one that qualifies already.
 * `update`: only one that holds an issue, if the issue is no longer imported.
 */
export type ProjectionScope = 'create' | 'edit' | 'update';

/** What an issue asks for. `makesDue`: the feature has to be processed. */
export type Decision =
  | { is: 'save'; scope: ProjectionScope; makesDue: boolean }
  | { is: 'withdraw'; reason: Withdrawal }
  | { is: 'untracked' }
  | { is: 'unchanged' };

const untracked: Decision = { is: 'untracked' };

/** The fields of an issue that we map, in the webhook's words. A change of others is ignored. */
const MAPPED = new Set([
  'title',
  'description',
  'priority',
  'estimate',
  'stateId',
  'labelIds',
  'assigneeId',
  'projectId',
  'parentId',
  'teamId',
  'identifier',
  'trashed',
  'archivedAt',
]);

/** Whether an event may have changed a field that we map, or the field `also`. */
export const isMapped = ({ action, updatedFrom }: IssueEvent, also?: string): boolean =>
  action !== 'update' ||
  !updatedFrom ||
  Object.keys(updatedFrom).some((key) => MAPPED.has(key) || key === also);

/** Why an issue does not qualify; nothing if it does. */
export const unfit = (issue: IssueSnapshot, placement: Placement): Withdrawal | undefined => {
  if (issue.archived) return issue.archived;
  if (!carriesLabel(issue, placement)) return 'label_removed';
  return placement.project ? undefined : 'moved_out';
};

/** Whether the trigger label was on the issue before what changed now. */
export const hadLabel = (updatedFrom: IssueEvent['updatedFrom'], placement: Placement): boolean =>
  Array.isArray(updatedFrom?.labelIds) &&
  updatedFrom.labelIds.some((id) => placement.triggerLabelIds.includes(id));

/** Whether a qualifying issue is imported: not if it is closed, or its project is. */
const imported = (issue: IssueSnapshot, placement: Placement): boolean =>
  Boolean(placement.project?.isActive) && isOpen(issue.state.type);

/** Whether a change may have made the issue qualify, or wait for work again, so that it has to be processed. */
const mayHaveBegun = (
  issue: IssueSnapshot,
  { action, updatedFrom }: IssueEvent,
  placement: Placement,
): boolean => {
  if (action !== 'update' || !updatedFrom) return true;
  if (['projectId', 'trashed', 'archivedAt'].some((key) => key in updatedFrom)) return true;
  if ('labelIds' in updatedFrom && !hadLabel(updatedFrom, placement)) return true;
  return 'stateId' in updatedFrom && issue.state.type !== 'started';
};

/**
 * Decides what an event of an issue asks for. It asks for a withdrawal only if the event itself says that the issue
 * was ours or may have been. Any other event of an issue that is not ours costs nothing.
 */
export const judgeEvent = (issue: IssueSnapshot, event: IssueEvent, placement: Placement): Decision => {
  const { action, updatedFrom } = event;
  if (!isMapped(event)) return { is: 'unchanged' };
  const labelled = carriesLabel(issue, placement);
  const wasLabelled = hadLabel(updatedFrom, placement);
  if (action === 'remove') return labelled || wasLabelled ? { is: 'withdraw', reason: 'deleted' } : untracked;

  const reason = unfit(issue, placement);
  if (!reason) {
    if (!imported(issue, placement)) return { is: 'save', scope: 'update', makesDue: false };
    const makesDue = mayHaveBegun(issue, event, placement);
    return { is: 'save', scope: makesDue ? 'create' : 'edit', makesDue };
  }
  const relevant =
    reason === 'label_removed'
      ? wasLabelled
      : labelled && (reason !== 'moved_out' || (updatedFrom !== undefined && 'projectId' in updatedFrom));
  return relevant ? { is: 'withdraw', reason } : untracked;
};

/** Decides what a read of an issue asks for, given the row that we hold of it. */
export const judgeRead = (
  issue: IssueSnapshot,
  row: { issue?: object | undefined; withdrawn?: Withdrawal | undefined } | undefined,
  placement: Placement,
): Decision => {
  const reason = unfit(issue, placement);
  if (!reason)
    return imported(issue, placement)
      ? { is: 'save', scope: 'create', makesDue: true }
      : { is: 'save', scope: 'update', makesDue: false };
  return row?.issue && row.withdrawn !== reason ? { is: 'withdraw', reason } : untracked;
};
