import type { IssueEvent, Mover } from '../mirror/delivery.ts';
import type { IssueSnapshot } from '../mirror/issue.ts';
import type { Closure } from '../mirror/project.ts';
import { carriesLabel, type Trigger } from '../mirror/trigger.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import type { Withdrawal } from './feature.ts';

/** What decides whether an issue is ours: the workspace's label and the project it lies in, if we mirror it. */
export type Route = Trigger & {
  workspaceId: string;
  project: { id: string; isActive: boolean; closure?: Closure | undefined } | undefined;
};

/**
 * Who moved an issue that a read shows in another state than the row. Not told where our own write may have done it:
 * while there is still something to tell, or where it is the state that we left.
 */
export const moverSeen = (
  issue: IssueSnapshot,
  row: (Place & { issue?: { state: { id: string }; teamId: string } | undefined }) | undefined,
): Mover | undefined => {
  if (!row?.issue || row.issue.state.id === issue.state.id) return undefined;
  if (row.issue.teamId !== issue.teamId) return 'team';
  if (row.writtenSeq < row.statusSeq) return undefined;
  return issue.state.id === row.writtenStateId && row.movedToStateId === undefined ? undefined : 'somebody';
};

type Place = {
  statusSeq: number;
  writtenSeq: number;
  writtenStateId?: string | undefined;
  movedToStateId?: string | undefined;
};

export type Decision =
  | { is: 'project'; reach: 'create' | 'edit' | 'update'; look: boolean }
  | { is: 'withdraw'; reason: Withdrawal }
  | { is: 'untracked' }
  | { is: 'unchanged' };

const untracked: Decision = { is: 'untracked' };

/** What of an issue we map, in the webhook's words; a change elsewhere is none to us. */
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

/** Why an issue does not qualify, if it does not. */
export const unfit = (issue: IssueSnapshot, route: Route): Withdrawal | undefined => {
  if (issue.archived) return issue.archived;
  if (!carriesLabel(issue, route)) return 'label_removed';
  return route.project ? undefined : 'moved_out';
};

/** Whether the trigger label was on the issue before what changed now. */
export const hadLabel = (updatedFrom: IssueEvent['updatedFrom'], route: Route): boolean =>
  Array.isArray(updatedFrom?.labelIds) &&
  updatedFrom.labelIds.some((id) => route.triggerLabelIds.includes(id));

/** The first look of a qualifying issue: closed ones and those of closed projects are not imported. */
const imported = (issue: IssueSnapshot, route: Route): boolean =>
  Boolean(route.project?.isActive) && isOpen(issue.state.type);

/** Whether a change can have made the issue qualify, or wait for work again: then it has to be looked at. */
const mayHaveBegun = (issue: IssueSnapshot, { action, updatedFrom }: IssueEvent, route: Route): boolean => {
  if (action !== 'update' || !updatedFrom) return true;
  if (['projectId', 'trashed', 'archivedAt'].some((key) => key in updatedFrom)) return true;
  if ('labelIds' in updatedFrom && !hadLabel(updatedFrom, route)) return true;
  return 'stateId' in updatedFrom && issue.state.type !== 'started';
};

/**
 * What an event of an issue asks for. A withdrawal is asked for only where the event itself says that the issue
 * was ours or may have been; anything else about a foreign issue costs nothing.
 */
export const judgeEvent = (issue: IssueSnapshot, event: IssueEvent, route: Route): Decision => {
  const { action, updatedFrom } = event;
  if (action === 'update' && updatedFrom && !Object.keys(updatedFrom).some((key) => MAPPED.has(key)))
    return { is: 'unchanged' };
  const labelled = carriesLabel(issue, route);
  const wasLabelled = hadLabel(updatedFrom, route);
  if (action === 'remove') return labelled || wasLabelled ? { is: 'withdraw', reason: 'deleted' } : untracked;

  const reason = unfit(issue, route);
  if (!reason) {
    if (!imported(issue, route)) return { is: 'project', reach: 'update', look: false };
    const look = mayHaveBegun(issue, event, route);
    return { is: 'project', reach: look ? 'create' : 'edit', look };
  }
  const relevant =
    reason === 'label_removed'
      ? wasLabelled
      : labelled && (reason !== 'moved_out' || (updatedFrom !== undefined && 'projectId' in updatedFrom));
  return relevant ? { is: 'withdraw', reason } : untracked;
};

/** What a read of an issue asks for, beside the row we hold of it. */
export const judgeRead = (
  issue: IssueSnapshot,
  row: { issue?: object | undefined; withdrawn?: Withdrawal | undefined } | undefined,
  route: Route,
): Decision => {
  const reason = unfit(issue, route);
  if (!reason)
    return imported(issue, route)
      ? { is: 'project', reach: 'create', look: true }
      : { is: 'project', reach: 'update', look: false };
  return row?.issue && row.withdrawn !== reason ? { is: 'withdraw', reason } : untracked;
};
