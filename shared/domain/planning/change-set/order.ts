import { hash } from 'node:crypto';
import { canonicalJson } from './compare/same.ts';
import type { Action, Entity, Json, Operation, PlannedOperation } from './operation.ts';

/** What is made first: what others need. Attachments follow their issues, within the same requests. */
const phases: Record<Action, Partial<Record<Entity, number>>> = {
  adopt: { milestone: 0, issue: 0 },
  create: { label: 1, milestone: 2, issue: 3, attachment: 3, relation: 5 },
  update: { label: 1, milestone: 2, issue: 4 },
  release: { milestone: 0, issue: 0 },
  delete: { relation: 6, attachment: 7, issue: 8, milestone: 9, label: 10 },
};

/** Operations of one phase may be sent together. */
const phaseOf = ({ action, entity }: Pick<Operation, 'action' | 'entity'>): number =>
  phases[action][entity] ?? 0;

const digest = (value: Json): string => hash('sha256', canonicalJson(value), 'base64url');

/** The hash of one operation: of all that decides what is sent, and over what. */
const operationHash = (operation: Operation): string => digest(operation);

/** Operations in the order in which they are made: by phase, and within one what is needed before what needs it. */
export const ordered = (operations: readonly Operation[]): PlannedOperation[] => {
  const depths = new Map<string, number>();
  const makers = new Map(
    operations
      .filter(({ action }) => action === 'create' || action === 'delete')
      .map((operation) => [operation.entityId, operation]),
  );
  const depthOf = (operation: Operation): number => {
    const known = depths.get(operation.entityId);
    if (known !== undefined) return known;
    // Guards against a circle of needs, which a tree of items cannot have.
    depths.set(operation.entityId, 0);
    const needed = operation.needs.flatMap((id) => makers.get(id) ?? []);
    // An attachment is made together with its issue.
    const above = operation.entity === 'attachment' ? 0 : 1;
    const depth = Math.max(0, ...needed.map((of) => above + depthOf(of)));
    depths.set(operation.entityId, depth);
    return depth;
  };
  return operations
    .map((operation) => ({ operation, phase: phaseOf(operation), depth: depthOf(operation) }))
    .sort((one, other) => one.phase - other.phase || one.depth - other.depth)
    .map(({ operation }, index) => ({ ...operation, n: index + 1, hash: operationHash(operation) }));
};
