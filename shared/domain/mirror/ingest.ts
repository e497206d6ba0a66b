import { carriesLabel, type Trigger, type Withdrawal } from '../features/feature.ts';
import { sameName } from '../name.ts';
import { type IssueSnapshot, isOpen } from './issue.ts';
import type { Closure } from './project.ts';

/** What decides whether an issue is ours: the workspace's label and the project it lies in, if we mirror it. */
export type Route = Trigger & {
  workspaceId: string;
  project: { id: string; isActive: boolean; closure?: Closure | undefined } | undefined;
};

/** What a webhook says beside the issue: what happened, and the previous values of what changed. */
export type IssueEvent = {
  action: string;
  updatedFrom: Readonly<Record<string, unknown>> | undefined;
  /** Who moved the issue to the state it is in, if this event did. */
  mover?: Mover | undefined;
};

/** Our own app; somebody else; or a move to another team, which has other states: then nobody chose the state. */
export type Mover = 'us' | 'somebody' | 'team';

export const moverOf = (updatedFrom: IssueEvent['updatedFrom'], isOurs: boolean): Mover | undefined => {
  if (!updatedFrom || !('stateId' in updatedFrom)) return undefined;
  if ('teamId' in updatedFrom) return 'team';
  return isOurs ? 'us' : 'somebody';
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

/**
 * The trigger after a label changed, or nothing where that is none of ours. One that was renamed is followed: its
 * id still counts, and where it was the only one the setting takes its new name.
 */
export const triggerAfter = (
  { triggerLabel, triggerLabelIds }: Trigger,
  label: { id: string; name: string; isRemoved: boolean },
): Trigger | undefined => {
  const isKnown = triggerLabelIds.includes(label.id);
  const isNamed = sameName(label.name, triggerLabel);
  const others = triggerLabelIds.filter((id) => id !== label.id);
  if (label.isRemoved) return isKnown ? { triggerLabel, triggerLabelIds: others } : undefined;
  if (isKnown === isNamed) return undefined;
  if (isNamed) return { triggerLabel, triggerLabelIds: [...triggerLabelIds, label.id] };
  return others.length === 0 ? { triggerLabel: label.name, triggerLabelIds } : undefined;
};

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
