import type { Issue, IssueHistory } from './model.ts';

/** The properties whose changes the history records, with their names in it. */
const recorded = {
  title: 'Title',
  priority: 'Priority',
  estimate: 'Estimate',
  dueDate: 'DueDate',
  stateId: 'StateId',
  assigneeId: 'AssigneeId',
  delegateId: 'DelegateId',
  projectId: 'ProjectId',
  teamId: 'TeamId',
  parentId: 'ParentId',
  cycleId: 'CycleId',
} as const satisfies Partial<Record<keyof Issue, string>>;

/** Linear records no changes in an issue's first minutes, because its author is still writing it. */
const UNRECORDED_MS = 3 * 60_000;

/** The entry that an update adds to an issue's history; undefined if no recorded property changed. */
export const historyOf = (
  before: Issue,
  after: Issue,
  actorId: string,
  now: string,
): IssueHistory | undefined => {
  if (Date.parse(now) - Date.parse(before.createdAt) < UNRECORDED_MS) return undefined;
  const changes = Object.entries(recorded).flatMap(([key, name]) => {
    const [from, to] = [before[key as keyof typeof recorded], after[key as keyof typeof recorded]];
    return from === to ? [] : [[`from${name}`, from] as const, [`to${name}`, to] as const];
  });
  const added = after.labelIds.filter((id) => !before.labelIds.includes(id));
  const removed = before.labelIds.filter((id) => !after.labelIds.includes(id));
  const updatedDescription = before.description !== after.description;
  const trashed = before.trashed === after.trashed ? null : Boolean(after.trashed);
  if (changes.length + added.length + removed.length === 0 && !updatedDescription && trashed === null) {
    return undefined;
  }
  return {
    id: crypto.randomUUID(),
    organizationId: after.organizationId,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
    issueId: after.id,
    actorId,
    addedLabelIds: added.length > 0 ? added : null,
    removedLabelIds: removed.length > 0 ? removed : null,
    updatedDescription,
    trashed,
    ...Object.fromEntries(changes),
  };
};
