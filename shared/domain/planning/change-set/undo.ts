import type { ChangeSet } from './change-set.ts';
import { isSame } from './compare/same.ts';
import type { PlanInput } from './input.ts';
import type { LinearIssue, LinearState } from './linear-state.ts';
import {
  type ChangeWarning,
  type DoneOperation,
  type Field,
  idsIn,
  type Json,
  type Operation,
} from './operation.ts';
import { ordered } from './order.ts';

/** What of ours people have built upon since. Ids of issues, milestones and labels. */
type UsedByOthers = {
  /** Issues with a comment, a change, a run or a claim that is not ours. */
  touched: ReadonlySet<string>;
  /** Milestones and labels that issues of others have. */
  shared: ReadonlySet<string>;
};

type UndoInput = {
  done: readonly DoneOperation[];
  state: LinearState;
  used: UsedByOthers;
  idOf: PlanInput['idOf'];
};

type Undone = { operations: Operation[]; warnings: ChangeWarning[] };

/** The id of what was made. An attachment of a URL that stood there already keeps its own. */
const madeAs = ({ entity, entityId, after }: DoneOperation): string =>
  entity === 'attachment' && typeof after === 'object' && after !== null && 'id' in after
    ? String(after.id)
    : entityId;

/** The value of one field as Linear has it now. `ours`: the ids of the labels that count. */
const valueNow = (issue: LinearIssue, field: Field, ours: readonly string[]): Json => {
  const values: Partial<Record<Field, Json>> = {
    title: issue.title,
    description: issue.description,
    estimate: issue.estimate,
    priority: issue.priority,
    parent: issue.parentId,
    milestone: issue.milestoneId,
    cycle: issue.cycleId,
    labels: issue.labelIds.filter((id) => ours.includes(id)).sort(),
  };
  return values[field] ?? null;
};

const inputNames: Record<Field, string> = {
  title: 'title',
  description: 'description',
  estimate: 'estimate',
  priority: 'priority',
  labels: 'labelIds',
  parent: 'parentId',
  milestone: 'projectMilestoneId',
  cycle: 'cycleId',
  target: 'targetDate',
  state: 'stateId',
};

/** What sets a field back to what it was. */
const setBack = (entity: Operation['entity'], field: Field, before: Json, after: Json): Operation['send'] => {
  if (field === 'labels')
    return {
      addedLabelIds: idsIn(before).filter((id) => !idsIn(after).includes(id)),
      removedLabelIds: idsIn(after).filter((id) => !idsIn(before).includes(id)),
    };
  const name = entity === 'milestone' && field === 'title' ? 'name' : inputNames[field];
  return { [name]: before };
};

/**
 * What takes back operations that were made, compared with a fresh read of Linear: a change set of its own. What others
 * have built upon stays, and a warning says so.
 */
export const undoOf = ({ done, state, used, idOf }: UndoInput): ChangeSet => {
  const issues = new Map(state.issues.map((issue) => [issue.id, issue]));
  const milestones = new Map(state.milestones.map((milestone) => [milestone.id, milestone]));
  const created = new Set(done.flatMap(({ action, entityId }) => (action === 'create' ? [entityId] : [])));
  const children = Map.groupBy(
    state.issues.filter(({ gone }) => gone === null),
    ({ parentId }) => parentId,
  );
  /** Created issues that stay, because something below them is not ours. */
  const stays = (id: string): boolean =>
    (children.get(id) ?? []).some((child) => !created.has(child.id) || stays(child.id));

  const undone: Undone = { operations: [], warnings: [] };
  const kept = (operation: Operation, code: string): void => {
    const { itemId, field, entity } = operation;
    undone.warnings.push({ code, level: 'warning', itemId, detail: field ?? entity });
  };
  const plan = (operation: Operation, changes: Partial<Operation>): void => {
    undone.operations.push({ ...operation, page: null, send: {}, needs: [], spares: [], ...changes });
  };

  const undoIssue = (operation: DoneOperation, issue: LinearIssue | undefined) => {
    if (!issue || issue.gone !== null) return plan(operation, { action: 'release', before: operation.after });
    if (stays(issue.id)) return kept(operation, 'has_other_sub_issues');
    const isAsMade = Object.entries(operation.after as { [field: string]: Json }).every(([field, value]) =>
      isSame(field as Field, valueNow(issue, field as Field, idsIn(value)), value),
    );
    if (isAsMade && !used.touched.has(issue.id))
      return plan(operation, {
        action: 'delete',
        before: operation.after,
        needs: (children.get(issue.id) ?? []).map(({ id }) => id),
      });
    if (issue.stateType === 'canceled' || issue.stateType === 'completed')
      return kept(operation, 'closed_in_linear');
    if (issue.teamId !== state.team.id || state.team.canceledStateId === null)
      return kept(operation, 'cannot_be_canceled');
    kept(operation, 'canceled_instead_of_trashed');
    return plan(operation, {
      action: 'update',
      field: 'state',
      before: issue.stateType,
      send: { stateId: state.team.canceledStateId },
    });
  };

  const undoCreation = (operation: DoneOperation) => {
    const { entity, entityId } = operation;
    if (entity === 'issue') return undoIssue(operation, issues.get(entityId));
    const shared = used.shared.has(entityId);
    if (entity === 'milestone') {
      if (!milestones.has(entityId)) return plan(operation, { action: 'release', before: operation.after });
      if (shared) return kept(operation, 'milestone_in_use');
      kept(operation, 'milestone_cannot_be_restored');
    }
    if (entity === 'label') {
      if (!state.labels.some(({ id }) => id === entityId)) return undefined;
      if (shared) return kept(operation, 'label_in_use');
    }
    if (
      entity === 'relation' &&
      !state.issues.some(({ blockers }) => blockers.some((of) => of.relationId === entityId))
    )
      return undefined;
    return plan(operation, { action: 'delete', entityId: madeAs(operation), before: operation.page });
  };

  const undoUpdate = (operation: DoneOperation) => {
    const { entity, entityId, field, before, after } = operation;
    if (!field) return undefined;
    const issue = issues.get(entityId);
    const milestone = milestones.get(entityId);
    const ours = [...idsIn(before), ...idsIn(after)];
    const now =
      entity === 'milestone' && milestone
        ? (
            {
              title: milestone.name,
              description: milestone.description,
              target: milestone.targetDate,
            } as Record<string, Json>
          )[field]
        : issue?.gone === null
          ? valueNow(issue, field, ours)
          : undefined;
    if (now === undefined || !isSame(field, now, after)) return kept(operation, 'changed_since');
    return plan(operation, { before: now, send: setBack(entity, field, before, after) });
  };

  for (const operation of done.toReversed()) {
    const { action, entity, entityId, before } = operation;
    if (action === 'create') undoCreation(operation);
    else if (action === 'update') undoUpdate(operation);
    else if (action === 'adopt' && operation.field === null)
      plan(operation, { action: 'release', before: null });
    else if (action === 'delete' && entity === 'relation') {
      const { blocks } = before as { blocks: string };
      const relatedIssueId = String((operation.after as { relatedIssueId: string }).relatedIssueId);
      const id = idOf('relation', [relatedIssueId, blocks, entityId]);
      plan(operation, {
        action: 'create',
        entityId: id,
        page: before,
        before: null,
        send: { id, issueId: blocks, relatedIssueId, type: 'blocks' },
      });
    }
  }
  return { operations: ordered(undone.operations), warnings: undone.warnings };
};
