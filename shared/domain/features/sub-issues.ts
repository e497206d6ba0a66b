import type { IssueEvent } from '../mirror/delivery.ts';
import type { IssueSnapshot } from '../mirror/issue.ts';
import { carriesLabel, type Trigger } from '../mirror/trigger.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import { hadLabel, type Placement } from './placement.ts';

/** Whether an issue keeps its parent from being ready, in a workspace with `parents: exclude`. */
const holdsParent = (issue: IssueSnapshot, trigger: Trigger): boolean =>
  issue.archived === null && isOpen(issue.state.type) && carriesLabel(issue, trigger);

/**
 * The issues whose readiness an event of a sub-issue may change: its parent, and its previous parent. Whatever the
 * event leaves open, such as the type of the previous state, may have held the parent back.
 */
export const parentsConcerned = (
  issue: IssueSnapshot,
  { action, updatedFrom }: IssueEvent,
  placement: Placement,
): string[] => {
  const changed = updatedFrom ?? {};
  const holds = action !== 'remove' && holdsParent(issue, placement);
  const after = holds ? issue.parentId : undefined;

  const bore = 'labelIds' in changed ? hadLabel(updatedFrom, placement) : carriesLabel(issue, placement);
  const isUncertain =
    action === 'remove' ||
    (action === 'update' && !updatedFrom) ||
    'stateId' in changed ||
    'trashed' in changed ||
    'archivedAt' in changed;
  const mayHaveHeld = bore && (isUncertain || (issue.archived === null && isOpen(issue.state.type)));
  const previous = 'parentId' in changed ? changed.parentId : issue.parentId;
  const before = action !== 'create' && mayHaveHeld && typeof previous === 'string' ? previous : undefined;

  if (!isUncertain && after === before) return [];
  return [...new Set([after, before])].filter((id) => id !== undefined);
};

/** What a read of an issue says about its current parent, and about the parent on our row. */
export const parentsSeen = (
  issue: IssueSnapshot,
  row: { issue?: { parent?: { linearIssueId: string } | undefined } | undefined } | undefined,
  trigger: Trigger,
): { parentId: string; isHeld: boolean }[] => {
  const parentIds = new Set([issue.parentId, row?.issue?.parent?.linearIssueId]);
  return [...parentIds].flatMap((parentId) =>
    parentId === undefined
      ? []
      : [{ parentId, isHeld: parentId === issue.parentId && holdsParent(issue, trigger) }],
  );
};
