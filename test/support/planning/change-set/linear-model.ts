import type { Bases, Bound, PlannedItem } from '../../../../shared/domain/planning/change-set/input.ts';
import type {
  LinearIssue,
  LinearLabel,
  LinearMilestone,
  LinearState,
} from '../../../../shared/domain/planning/change-set/linear-state.ts';
import type {
  DoneOperation,
  Field,
  Json,
  PlannedOperation,
} from '../../../../shared/domain/planning/change-set/operation.ts';

type Input = Record<string, Json>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const APP = 'app-user';

/** A Linear in a few lines, as strict as the real one where a plan could go wrong, and what an apply stores of items. */
export const linearModel = () => {
  const issues = new Map<string, Mutable<LinearIssue>>();
  const milestones = new Map<string, Mutable<LinearMilestone>>();
  const labels = new Map<string, LinearLabel>();
  const taken = new Set<string>();
  let numbers = 0;

  const claim = (id: string) => {
    if (taken.has(id)) throw new Error(`The id ${id} is taken.`);
    taken.add(id);
    return id;
  };
  const issueOf = (id: Json | undefined): Mutable<LinearIssue> => {
    const issue = issues.get(String(id));
    if (!issue || issue.gone) throw new Error(`There is no issue ${id}.`);
    return issue;
  };
  const requireLabels = (ids: readonly string[]) => {
    const groups = new Set<string>();
    for (const id of ids) {
      const label = labels.get(id);
      if (!label || label.isGroup) throw new Error(`There is no label ${id} for issues.`);
      if (label.groupId && groups.has(label.groupId))
        throw new Error(`Two labels of the group ${label.groupId}.`);
      if (label.groupId) groups.add(label.groupId);
    }
  };
  const requireNoCircle = (issue: LinearIssue) => {
    for (let at = issue.parentId; at; at = issues.get(at)?.parentId ?? null)
      if (at === issue.id) throw new Error(`${issue.id} is its own ancestor.`);
  };

  const set = (issue: Mutable<LinearIssue>, input: Input) => {
    const { labelIds, addedLabelIds, removedLabelIds, stateId, ...plain } = input;
    const names: Record<string, keyof LinearIssue> = { projectMilestoneId: 'milestoneId' };
    for (const [name, value] of Object.entries(plain)) {
      if (name === 'parentId' && value !== null) issueOf(value);
      if (name === 'projectMilestoneId' && value !== null && !milestones.has(String(value)))
        throw new Error(`There is no milestone ${value}.`);
      Object.assign(issue, { [names[name] ?? name]: value });
    }
    if (stateId === 'state-canceled') issue.stateType = 'canceled';
    const removed = (removedLabelIds ?? []) as string[];
    issue.labelIds = [
      ...new Set([
        ...((labelIds ?? issue.labelIds) as string[]).filter((id) => !removed.includes(id)),
        ...((addedLabelIds ?? []) as string[]),
      ]),
    ];
    requireLabels(issue.labelIds);
    requireNoCircle(issue);
  };

  const createIssue = ({ id, teamId, projectId, stateId: _, ...input }: Input): LinearIssue => {
    const issue: LinearIssue = {
      id: claim(String(id)),
      identifier: `ENG-${++numbers}`,
      url: `https://linear.app/acme/issue/ENG-${numbers}`,
      title: '',
      description: '',
      priority: 0,
      estimate: null,
      stateType: 'backlog',
      teamId: String(teamId),
      projectId: String(projectId),
      milestoneId: null,
      parentId: null,
      cycleId: null,
      labelIds: [],
      blockers: [],
      links: [],
      creatorId: APP,
      gone: null,
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
    set(issue, input);
    issues.set(issue.id, issue);
    return issue;
  };

  const send = ({ action, entity, entityId, send: input }: PlannedOperation): void => {
    const done = `${action} ${entity}`;
    if (action === 'adopt' || action === 'release') return;
    if (done === 'create label') {
      const { name, teamId, isGroup = false, parentId = null } = input;
      const isTaken = [...labels.values()].some(
        (label) => label.name.toLowerCase() === String(name).toLowerCase(),
      );
      if (isTaken) throw new Error(`Duplicate label name ${name}`);
      labels.set(claim(entityId), {
        id: entityId,
        name: String(name),
        isGroup: Boolean(isGroup),
        groupId: parentId as string | null,
        teamId: String(teamId),
      });
    } else if (done === 'delete label') labels.delete(entityId);
    else if (done === 'create milestone')
      milestones.set(claim(entityId), {
        id: entityId,
        name: String(input.name),
        description: String(input.description ?? ''),
        targetDate: (input.targetDate ?? null) as string | null,
      });
    else if (done === 'update milestone') Object.assign(milestones.get(entityId) ?? {}, input);
    else if (done === 'delete milestone') {
      if ([...issues.values()].some(({ milestoneId, gone }) => milestoneId === entityId && !gone))
        throw new Error(`The milestone ${entityId} has issues.`);
      milestones.delete(entityId);
    } else if (done === 'create issue') createIssue(input);
    else if (done === 'update issue') set(issueOf(entityId), input);
    else if (done === 'delete issue') issueOf(entityId).gone = 'trashed';
    else if (done === 'create attachment') {
      const issue = issueOf(input.issueId);
      issue.links = [...new Set([...issue.links, String(input.url)])];
    } else if (done === 'delete attachment') {
      const { issueId, url } = input;
      const issue = issues.get(String(issueId));
      if (issue) issue.links = issue.links.filter((link) => link !== url);
    } else if (done === 'create relation') {
      const issue = issueOf(input.relatedIssueId);
      const blocker = issueOf(input.issueId);
      if (issue.blockers.some(({ issueId }) => issueId === blocker.id)) throw new Error('Duplicate relation');
      issue.blockers = [...issue.blockers, { relationId: claim(entityId), issueId: blocker.id }];
    } else if (done === 'delete relation')
      for (const issue of issues.values())
        issue.blockers = issue.blockers.filter(({ relationId }) => relationId !== entityId);
    else throw new Error(`Linear has no ${done}.`);
  };

  const state = (): LinearState => ({
    appUserId: APP,
    project: { id: 'project', name: 'Project', teamIds: ['team'], gone: null },
    team: {
      id: 'team',
      key: 'ENG',
      name: 'Engineering',
      scale: { type: 'fibonacci', allowZero: false, extended: true },
      defaultStateId: 'state-backlog',
      canceledStateId: 'state-canceled',
      cycles: [],
    },
    labels: structuredClone([...labels.values()]),
    milestones: structuredClone([...milestones.values()]),
    issues: structuredClone([...issues.values()]),
  });

  return { send, state, issues, milestones, labels, createIssue };
};

export type LinearModel = ReturnType<typeof linearModel>;

/** What `make` needs of a Linear: to send an operation to, and to see what it then holds. */
export type Held = Pick<LinearModel, 'issues' | 'milestones' | 'send'>;

/** What Linear holds of the field that an operation changed. */
const valueIn = (model: Held, entity: string, id: string, field: Field, ours: readonly string[]): Json => {
  const issue = model.issues.get(id);
  const milestone = model.milestones.get(id);
  if (entity === 'milestone' && milestone)
    return (
      { title: milestone.name, description: milestone.description, target: milestone.targetDate } as Record<
        string,
        Json
      >
    )[field] as Json;
  if (!issue) return null;
  if (field === 'labels') return issue.labelIds.filter((label) => ours.includes(label)).sort();
  const names: Partial<Record<Field, keyof LinearIssue>> = {
    parent: 'parentId',
    milestone: 'milestoneId',
    cycle: 'cycleId',
  };
  return issue[names[field] ?? (field as keyof LinearIssue)] as Json;
};

const empty = (entity: 'issue' | 'milestone', entityId: string): Bound => ({
  entity,
  entityId,
  bases: {},
  relations: {},
  released: 0,
});

/** Makes one operation, and stores with its item what an apply would: the binding and the bases. */
export const make = (
  model: Held,
  items: Map<string, PlannedItem>,
  operation: PlannedOperation,
): DoneOperation => {
  const { action, entity, entityId, itemId, field, page, before, send } = operation;
  model.send(operation);
  const item = items.get(itemId ?? '');
  const keep = (bound: Bound | undefined, more: Partial<PlannedItem> = {}) =>
    item && items.set(item.id, { ...item, bound, ...more });
  const ours = [
    ...((send.labelIds ?? send.addedLabelIds ?? []) as string[]),
    ...(Array.isArray(before) ? before : []),
  ].map(String);
  const answer = (of: Field) => valueIn(model, entity, entityId, of, ours);

  if (entity === 'relation' && item?.bound) {
    const { [blockerOf(operation)]: _, ...others } = item.bound.relations;
    const relations = action === 'create' ? { ...others, [blockerOf(operation)]: entityId } : others;
    keep({ ...item.bound, relations, released: item.bound.released + (action === 'delete' ? 1 : 0) });
    return { ...operation, after: { relatedIssueId: item.bound.entityId } };
  }
  if (entity === 'attachment') {
    if (item?.bound) keep({ ...item.bound, link: action === 'create' ? String(send.url) : undefined });
    return { ...operation, after: null };
  }
  if (entity !== 'issue' && entity !== 'milestone') return { ...operation, after: null };
  if (action === 'release' || action === 'delete' || field === 'state') {
    keep(undefined, { isUndone: true, generation: (item?.generation ?? 0) + 1 });
    return { ...operation, after: null };
  }
  const bound = item?.bound ?? empty(entity, entityId);
  const fields = field ? { [field]: page } : (page as Record<string, Json>);
  const after = Object.fromEntries(
    Object.keys(fields).map((name) => [
      name,
      action === 'adopt'
        ? field
          ? before
          : ((before as Record<string, Json>)[name] as Json)
        : answer(name as Field),
    ]),
  );
  const bases: Bases = {
    ...bound.bases,
    ...Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, { page: value, linear: after[name] as Json }]),
    ),
  };
  keep({ ...bound, bases });
  return { ...operation, after: field ? (after[field] as Json) : after };
};

const blockerOf = ({ page, before }: PlannedOperation): string => {
  const of = (page ?? before) as { blocks: string };
  return of.blocks;
};
